"""The topics of the corpus, each with one line on its meaning; `seeds/GUIDELINE.md` is the full guideline."""

from __future__ import annotations

NONE = "none"

TOPICS: dict[str, str] = {
    "assessment": "how officials, bodies or work are judged",
    "grassroots-events": "what a local unit or community did on the ground",
    "reform": "changes to institutions: structure, posts, staffing, pay",
    "supervision": "keeping officials within bounds",
}
"""Topic to its meaning, in the order of class labels."""

LABELS: tuple[str, ...] = tuple(sorted([*TOPICS, NONE]))
"""Every label that an annotator may give."""

MEANINGS: dict[str, dict[str, str]] = {
    "en": {**TOPICS, NONE: "openings, transitions, exhortations, overviews; only in `all`"},
    "zh": {
        "assessment": "干部、单位或工作怎样被评判",
        "grassroots-events": "基层单位或社区实地做了什么",
        "reform": "机构的改变：结构、职位、人员、薪酬",
        "supervision": "把干部管在界限之内",
        NONE: "开头、过渡、号召、综述；只在 `all` 中",
    },
}
"""Language of a card to every label's meaning, topics first."""

NAMES: dict[str, tuple[str, ...]] = {
    "assessment": ("考核评价干部、单位和工作", "干部政治素质考察、政绩考核指标、排名与结果运用"),
    "grassroots-events": ("基层单位和社区开展的活动", "参观学习、主题党日、宣讲座谈、便民服务"),
    "reform": ("机构和体制改革", "国有企业、开发区、高校的机构、职位、人员和薪酬制度改革"),
    "supervision": ("对干部的监督和约束", "纪检监察、预警提醒、责任清单、追责问责与容错纠错"),
    NONE: ("开头、过渡、结尾和综述", "总体要求和号召，不讲具体做法"),
}
"""Label to its names in Chinese, as the guideline gives them: what a classifier may read of a label itself."""
