"""How newspapers write people: names, duties, and lists of them, as parts of regular expressions."""

from __future__ import annotations

from bench.corpus.pages.characters import HAN

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧肖尹姚邵汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房解应宗丁宣邓郁单杭洪包"
    "诸左石崔吉龚程邢裴陆荣翁荀羊惠甄曲家封储靳焦牧山谷车侯宓蓬全班仰仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲"
    "邰鄂索咸籍赖卓蔺屠蒙池乔胥苍双闻莘党翟谭贡劳姬申扶堵冉宰郦璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎闫充慕连茹习艾鱼容"
    "向古易慎戈廖庾终居衡步都耿满弘匡国文寇广东欧沃利蔚越隆师巩聂晁勾敖融冷辛阚那简饶空曾沙养鞠须丰巢关查荆红游竺权盖益桓公"
    "南付佟代邸岳车丛苑初原逄修由矫战姗仝党鹿展靖"
)
_COMPOUND = "欧阳|上官|司马|诸葛|夏侯|尉迟|皇甫|慕容|端木|东方|独孤|南宫|公孙|令狐|司徒"
_SURNAME = f"(?:{_COMPOUND}|[{_SURNAMES}])"

NAME = rf"(?:{_SURNAME}\s?[{HAN}]{{1,2}}|[{HAN}]{{2,5}}·[{HAN}]{{2,6}}|[A-Z][A-Za-z.]{{0,19}})"
"""One name: a known surname with one or two characters (a blank between two), a name with a middle dot, a Latin one."""

AND = r"(?:\s*[、,，/]\s*|\s+)"

PEOPLE = rf"{NAME}(?:{AND}{NAME})*"
"""Names alone."""

DUTY = (
    rf"(?:本报|本刊|本台|新华社|[{HAN}]{{2,4}}(?:日报|晚报|晨报|周报|社|网)|见习|实习|特约|首席|全媒体|融媒体|\s)*"
    r"(?:记者|通讯员|实习生|评论员|撰稿人|编辑)"
)

WHO = rf"(?:{PEOPLE}\s+)?{DUTY}\s*{PEOPLE}(?:(?:{AND})?{DUTY}\s*{PEOPLE})*"
"""Names of which at least one has a duty: 本报记者 李娜 通讯员 王五."""

ANY_NAMES = rf"(?:[{HAN}·]{{2,6}}|[A-Z][A-Za-z.]{{0,19}})(?:{AND}(?:[{HAN}·]{{2,4}}|[A-Z][A-Za-z.]{{0,19}}))*"
"""Names of any surname, for places where only names can occur."""
