"""What is opened again and again in one session takes turns with a few names."""

from streamlit.testing.v1 import AppTest


def _app() -> None:
    import streamlit as st

    from app.ui import turns

    st.text_input("typed", key=f"{turns.name('form')}/typed")
    if st.button("next"):
        turns.next_name("form")
        st.rerun()


def test_the_next_opening_is_empty_and_names_come_back() -> None:
    app = AppTest.from_function(_app).run()
    keys = []
    for number in range(12):
        field = app.text_input[0]
        assert field.value == ""
        keys.append(field.key)
        field.input(f"person {number}").run()
        assert app.text_input[0].value == f"person {number}"
        app.button[0].click().run()
    assert keys[:4] == keys[4:8] == keys[8:]
    assert len(set(keys)) == 4


def test_what_is_opened_elsewhere_has_names_of_its_own() -> None:
    def both() -> None:
        import streamlit as st

        from app.ui import turns

        st.text_input("one", key=turns.next_name("one"))
        st.text_input("other", key=turns.next_name("other"))

    app = AppTest.from_function(both).run().run()
    assert [each.key for each in app.text_input] == ["one-2", "other-2"]
