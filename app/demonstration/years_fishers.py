"""The fisher incidents of a published year: every man and vessel followed, most of them come home.

Played through the screens' own verbs, because their steps open the protection of the crew beside.
"""

from datetime import timedelta
from math import log
from random import Random

from app.demonstration.chunks import Chunk
from app.demonstration.published import Published
from app.demonstration.script import play_all
from app.demonstration.year import volumes
from app.demonstration.year_fishers import (
    Haul,
    Path,
    Script,
    begun,
    path_of,
    rejected,
    script_of,
    vessels_per_incident,
)

_A_LINE = 0.002  # days between two lines of a list
_ALL = "1-999"
_OFFICE_SAYS = "Kết quả xác minh của tỉnh"


def play_fishers(chunk: Chunk) -> str:
    chance, published = chunk.year.chance, chunk.published
    mean = published["fishers.vessels_each"]
    counts = vessels_per_incident(len(chunk.moments), mean, chance)
    scripts = []
    for number, (at, vessels) in enumerate(zip(chunk.moments, counts, strict=True), chunk.first):
        ago = (chunk.year.now - at) / timedelta(days=1)
        haul = _haul(published, chance, max(ago, 0.4), vessels, is_largest=number == 0)
        scripts.append(script_of(f"years-{number}", haul, _path(published, chance, haul), chance))
    play_all(chunk.stage, scripts)
    return "vụ tàu cá"


def _haul(
    published: Published, chance: Random, ago: float, vessels: int, *, is_largest: bool
) -> Haul:
    letters = published.drawn("fishers.provinces", chance)
    province = next(
        code for code, known, _ in volumes()["fishers"]["provinces"] if known == letters
    )
    number = f"{letters} {chance.randint(90001, 99799)} TS"
    country = published.drawn("fishers.countries", chance)
    if is_largest:
        return Haul(ago, province, country, number, 1, published["fishers.men_range"][1])
    men = sum(men_on_board(published, chance) for _ in range(vessels))
    return Haul(ago, province, country, number, vessels, men)


def men_on_board(published: Published, chance: Random) -> int:
    least, most = published["fishers.men_range"]
    return int(min(most, max(least, round(chance.gauss(published["fishers.men_each"], 2.8)))))


def return_days(published: Published, chance: Random) -> float:
    """From the arrest to the return: a median with a tail of years."""
    said = published["fishers.return_days"]
    return chance.lognormvariate(log(said["median"]), said["spread"])


def _path(published: Published, chance: Random, haul: Haul) -> Path:
    drawn = chance.random()
    if drawn < published["fishers.unattributed_share"]:
        return begun(chance, haul)[:1]  # nobody knows yet whose vessel it is
    if chance.random() < published["fishers.false_share"]:
        office = f"TS{haul.province} fisheries_officer"
        return [*begun(chance, haul), *rejected(chance, haul.province, office)]
    path = path_of(chance, haul, is_ours=True, named_at_most=haul.men - 1)
    path = _returning(path, return_days(published, chance))
    return list(_listed(path, haul, published, chance))


def _day_before(ago: float) -> str:
    """The last day that was over by then."""
    return f"-{int(ago) + 1}d"


def _step(line: Script) -> str:
    return str(line.get("step", ""))


def _returning(path: Path, days: float) -> Path:
    """The same steps, so long after one another that the men are home after so many days."""
    names = [_step(line) for _, line in path]
    noted, home = names.index("send_note"), names.index("receive_home")
    before = sum(wait for wait, _ in path[: noted + 1])
    between = sum(wait for wait, _ in path[noted + 1 : home + 1])
    pace = max(days - before, 1.0) / between
    return [
        (wait * pace if noted < number <= home else wait, line)
        for number, (wait, line) in enumerate(path)
    ]


def _listed(path: Path, haul: Haul, published: Published, chance: Random) -> Path:
    """With the lines of the lists after the steps that make them true, and with papers."""
    told: Path = []
    ago = haul.ago
    papers = published["fishers.papers_each"]
    for number, (wait, line) in enumerate(path):
        ago -= wait
        told.append((wait, line))
        if _step(line) == "confirm_vessel":
            told += [(_A_LINE, one) for one in _entered(haul, ago)]
        elif _step(line) == "receive_home":
            told[-1] = (wait, _same_men(line))
            told += [(_A_LINE, one) for one in _come_home(haul, ago, chance)]
        if number < papers and "on_side" not in line:
            told.append((_A_LINE, {"note": f"Văn bản {number + 1}", "files": ["Văn bản.pdf"]}))
    return told


def _entered(haul: Haul, ago: float) -> list[Script]:
    since, office = _day_before(haul.ago), f"TS{haul.province} fisheries_officer"
    held = _day_before(ago)
    who = {"source": _OFFICE_SAYS, "since": since, "by": office}
    sure = {"confirmed_by": "Cơ quan thủy sản tỉnh", "by": office}
    return [
        {"enter": "vessels", "answered": ["vessels"], **who},
        {"enter": "persons", "answered": ["skipper", "crew"], **who},
        {"verify": "vessels", "rows": "1", "tied": True, "province": haul.province, **sure},
        {"verify": "persons", "rows": _ALL, **sure},
        {"mark": "vessels", "rows": _ALL, "status": "detained", "since": held, "by": office},
        {"mark": "persons", "rows": _ALL, "status": "detained", "since": held, "by": office},
    ]


def _same_men(line: Script) -> Script:
    """Those who come home are those who were taken, not new people of the register."""
    answers = {code: said for code, said in line["answers"].items() if code != "persons_received"}
    return {**line, "answers": answers, "same": {"persons_received": ["skipper", "crew"]}}


def _come_home(haul: Haul, ago: float, chance: Random) -> list[Script]:
    command, on = f"BP{haul.province} border_command", _day_before(ago)
    is_lost = chance.random() < 0.6  # noqa: PLR2004  a share
    vessel = "struck_off" if is_lost else "home"
    return [
        {"mark": "persons", "rows": _ALL, "status": "home", "since": on, "by": command},
        {
            "mark": "vessels",
            "rows": _ALL,
            "status": vessel,
            "why": "Theo kết luận.",
            "since": on,
            "by": command,
        },
    ]
