"""Pairs that leave no doubt are decided together; all others stay one by one."""

from sqlalchemy.orm import Session

from app.crises import queries, twins
from app.crises.rules import Source
from app.database import transaction
from tests.integration.crises.scene import NOW, begin, bring, consul, people_of

HEAD = "Họ và tên\tNgày sinh\tGiới tính\tSố hộ chiếu"
OURS = (
    "Lý Hoài An\t20/07/1994\tNam\tC6000025",
    "Vũ Hữu Lộc\t10/09/1993\tNam\tK8000088",
    "Trần Đức Anh\t03/11/2001\tNam\tK8000029",
    "Phạm Thị Hoa\t01/02/1990\tNữ\tB1111111",
    "Hồ Văn Ba\t05/05/1995\tNam\tB2222222",
)
THEIRS = (
    "LY HOAI AN\t20/07/1994\tNam\tC60OO025",  # O for 0
    "HUU LOC VU\t10/09/1993\tNam\t",  # another order, no paper
    "TRAN DUC ANH\t2001\tNam\tK8000029",  # the year alone, the same paper
    "PHAM THI HOA\t01/02/1990\tNữ\tB9999999",  # another paper: two people perhaps
    "HO VAN BA\t05/05/1995\tNam\t",
    "HO VAN BAA\t05/05/1995\tNam\t",  # like the same man as the one before
)


def test_clear_pairs_are_joined_by_one_act_and_doubtful_ones_stay(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        bring(writer, officer, event, OURS, source=Source.MISSION, head=HEAD)
        bring(writer, officer, event, THEIRS, head=HEAD)
        before = queries.count_open_pairs(writer, event)
        joined = twins.join_clear(writer, officer, event, now=NOW)
        left = queries.open_pairs(writer, event)
    names = {one.name for _pair, *both in left for one in both}
    assert joined >= 3
    assert before > joined
    assert {"Phạm Thị Hoa", "PHAM THI HOA"} <= names
    assert not {"Lý Hoài An", "Vũ Hữu Lộc", "Trần Đức Anh"} & names
    both = [one for one in people_of(session, event) if one.in_foreign and one.in_mission]
    assert {"Lý Hoài An", "Vũ Hữu Lộc", "Trần Đức Anh"} <= {one.name for one in both}
