"""Django admin over the table of people: search_fields, fifty a page, no count of the unfiltered table."""

import secrets
import sys

import django
from django.conf import settings

settings.configure(
    SECRET_KEY=secrets.token_hex(),
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.messages",
        "django.contrib.sessions",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    ROOT_URLCONF=__name__,
    STATIC_URL="/static/",
    USE_TZ=True,
)
django.setup()

from django.contrib import admin  # noqa: E402  after the set-up
from django.contrib.auth.models import User  # noqa: E402
from django.db import models  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.urls import path  # noqa: E402
from turns import answer  # noqa: E402


class Person(models.Model):
    """The rows that are there already, with their indexes."""

    id = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=120, db_index=True)
    number = models.CharField(max_length=30, db_index=True)
    mobile = models.CharField(max_length=30, db_index=True)
    state = models.CharField(max_length=10, db_index=True)
    companies = models.TextField()

    class Meta:
        app_label = "admin"
        managed = False
        db_table = "person"
        ordering = ("-id",)


class PersonAdmin(admin.ModelAdmin):
    """The list as the documentation shows it."""

    list_display = ("name", "number", "mobile", "state", "companies")
    search_fields = ("name", "number", "mobile", "companies")
    list_per_page = 50
    show_full_result_count = False


admin.site.register(Person, PersonAdmin)
urlpatterns = [path("admin/", admin.site.urls)]
VIEW = admin.site.get_model_admin(Person)
USER = User(username="admin", is_staff=True, is_superuser=True, is_active=True)
# Neither a session nor its rows: only the list is measured.
USER.has_perm = lambda *_args, **_kwargs: True


def ask(text: str) -> bytes:
    """The whole response of the changelist."""
    query = {"q": text} if text else {}
    request = RequestFactory().get("/admin/admin/person/", query)
    request.user = USER
    response = VIEW.changelist_view(request)
    return response.render().content if hasattr(response, "render") else response.content


answer(ask)
