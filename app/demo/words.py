"""The words demo people are made of; the city, its schools and its companies do not exist."""

CITY = "云江市"
DISTRICTS = ("望云区", "滨河区", "新港区", "东屏区", "南坪区", "石桥区")
STREETS = ("建设路", "望江路", "工农街", "育才路", "和平大道", "桂花巷", "解放北路", "文昌街", "青石路", "港湾路")

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
COMPOUND_SURNAMES = ("欧阳", "司马", "诸葛", "上官", "皇甫", "令狐")
GIVEN_MALE = "建国文强军明志华伟刚勇平波斌宇浩鹏杰涛辉健俊磊亮成龙海峰振东立新永胜德福春生"
GIVEN_FEMALE = "芳娜敏静丽艳霞秀英玲燕红梅雪琴云兰洁慧婷倩雯颖琳萍欣怡佳蕾莹月桂珍凤"

# Code (GB/T 3304) and how often: as on a building site in the east of the country.
ETHNICITIES = {"01": 180, "03": 4, "08": 4, "11": 3, "06": 3, "15": 3, "12": 1, "09": 1, "25": 1, "22": 1}

# What a window really meets: characters of extensions A and B, long names with a middle dot, four characters.
NOTABLE_PEOPLE = {
    0: ("陈建华", "1", "01"),
    1: ("林晓燕", "2", "01"),
    2: ("阿依古丽·买买提", "2", "05"),
    3: ("王𠮷", "1", "01"),
    4: ("欧阳文博", "1", "01"),
    5: ("李𤧛", "2", "01"),
    6: ("刘䶮", "1", "01"),
    7: ("迪力木拉提·吐尔逊江", "1", "05"),
    8: ("张㛃", "2", "25"),
    9: ("韦𡈽生", "1", "08"),
}
FOREIGN_NAMES = {
    "1": ("MUSTERMANN MAX", "TANAKA TARO", "DUPONT JEAN", "ROSSI MARIO"),
    "2": ("MUSTERMANN ERIKA", "TANAKA HANAKO", "SPECIMEN ANNA MARIA", "ROSSI MARIA"),
}

CONTRACTOR, DESIGN, SUPERVISION, LABOUR = "contractor", "design", "supervision", "labour"
COMPANIES = {
    "云江第一建筑工程有限公司": CONTRACTOR,
    "云江市政建设集团有限公司": CONTRACTOR,
    "望云建筑装饰工程有限公司": CONTRACTOR,
    "新港机电设备安装有限公司": CONTRACTOR,
    "东屏地基基础工程有限公司": CONTRACTOR,
    "云江建筑设计研究院有限公司": DESIGN,
    "石桥工程勘察设计有限公司": DESIGN,
    "云江建设工程监理有限公司": SUPERVISION,
    "南坪项目管理咨询有限公司": SUPERVISION,
    "云江筑友建筑劳务有限公司": LABOUR,
    "滨河匠心建筑劳务有限公司": LABOUR,
}

# School, its code (90000 and above are not given out), its head.
UNIVERSITIES = (
    ("云江理工大学", "90011", "周明远"),
    ("东屏建筑大学", "90024", "沈怀瑾"),
    ("望云工程学院", "90037", "陆致平"),
    ("新港海洋大学", "90058", "方正宇"),
)
# By the level they lead to (education_level table).
VOCATIONAL_SCHOOLS = {
    "41": ("云江市建筑工程学校", "90112", "许国栋"),
    "47": ("滨河区技工学校", "90125", "马长青"),
    "44": ("石桥职业高级中学", "90138", "何慧兰"),
}
MAJORS = ("土木工程", "工程管理", "给排水科学与工程", "建筑环境与能源应用工程", "建筑电气与智能化", "工程造价")
DESIGN_MAJORS = ("建筑学", "土木工程", "给排水科学与工程", "建筑电气与智能化")

# Trade code (trade table) and what the worker is called.
TRADES = {
    "01": ("抹灰", "抹灰工"),
    "02": ("砌筑", "砌筑工"),
    "03": ("钢筋", "钢筋工"),
    "04": ("混凝土", "混凝土工"),
    "05": ("木工", "木工"),
    "07": ("架子", "架子工"),
    "09": ("防水", "防水工"),
    "10": ("油漆", "油漆工"),
    "17": ("管道", "管道工"),
    "21": ("电工", "电工"),
    "23": ("电焊", "电焊工"),
    "25": ("起重", "起重工"),
    "27": ("塔吊", "塔吊司机"),
}

PROJECT_PLACES = ("望云新城", "滨河大道", "新港科技园", "东屏山路", "南坪社区", "石桥老街")
PROJECT_WORKS = (
    "保障性住房一期工程",
    "综合医院门诊楼新建工程",
    "实验小学迁建工程",
    "污水处理厂提标改造工程",
    "商务中心办公楼工程",
    "城市道路改扩建工程",
    "既有多层住宅加装电梯工程",
    "文化中心外立面修缮工程",
)

# Kind (integrity_kind table), reason, where the number of the document begins, who found it, years it stays public.
INTEGRITY = (
    ("good", "获评年度优秀项目管理人员", "云建协奖", "云江市建筑业协会", 3),
    ("good", "参建项目获市优质结构工程奖", "云建质安", "云江市建设工程安全质量监督总站", 3),
    ("good", "在抢险抢修工作中表现突出，予以通报表扬", "云建办", "云江市住房和城乡建设管理委员会", 2),
    ("bad", "未按规定参加项目带班检查", "云建罚", "云江市住房和城乡建设管理委员会", 1),
    ("bad", "施工现场安全防护措施不到位", "云建安罚", "云江市建设工程安全质量监督总站", 1),
)
