"""A part of the country with one of everything that a route can name, to be read or kept from."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import ApiToken, CalendarDay, HeldForm, Unit, UnitKind, UserRole
from app.accounts.queries import unit_by_code
from app.cases.clock_models import ClockRecount
from app.cases.conversation import add_note, link_entry
from app.cases.models import Attachment, Case, CaseLink, CaseUnit, EventKind, UnitRole
from app.cases.opinions import Question, ask_opinions
from app.cases.queries import latest_version
from app.cases.request_models import UnitRequest
from app.cases.services import open_case
from app.crises import events, intake
from app.crises.events import EventFacts
from app.crises.intake import ListFacts
from app.crises.models import KeptRow, LikePair, MassParty, Participant
from app.crises.rules import EventKind as MassKind
from app.crises.rules import Gap
from app.crises.rules import Source as ListSource
from app.designer.lab_models import LabRun, LabState
from app.designer.migration_models import CaseMigration, MigrationState
from app.designer.services import start_draft
from app.documents.models import Made, Paper, PaperState, PaperVersion
from app.documents.wording import Wording
from app.geo.zorder import morton_key
from app.imports.judging import Judged
from app.imports.models import BatchState, ImportBatch
from app.jobs import Job, OutboxEntry, OutboxState
from app.money.rules import EntryKind, Money, Source
from app.money.services import EntryFacts, record_entry
from app.notices.models import Notice, NoticeKind
from app.office.models import Handover
from app.permissions import SYSTEM_ACTOR, Actor, Area
from app.projects.models import AgreedPoint
from app.projects.services import RoundFacts, record_round
from app.registers.act_services import ActFacts, Signature, record_act
from app.registers.claims import Claim, record_claim
from app.registers.counterpart_models import CounterpartField
from app.registers.dated_models import DistanceRule, ProvincialAxis
from app.registers.dossier_models import DocumentKind, MarkerDocument
from app.registers.entry_services import record_person, record_vessel
from app.registers.inspection_models import InspectionInterval
from app.registers.inspection_services import Found, Walk, record_inspection, record_observation
from app.registers.models import Marker, MarkerMeasurement, Position, Segment, Side
from app.storage import store_file
from app.teams.models import RoutingRule, Substitution, Team
from app.vms.models import AlertKind, VmsAlert, VmsTrip
from tests.integration.cases.people import a_unit

NOW = datetime.now(UTC)
SOUGHT = "xunmo"  # what a stranger would search for; the answer must not hold the secret
Values = Mapping[str, str | int]


@dataclass(frozen=True)
class Region:
    """Where a world lies and the word by which it is recognised in an answer."""

    secret: str
    province: str
    country: str
    neighbour: str
    lat: float
    lon: float


HERE = Region("Wjm3pd", "91", "KH", "KH", 10.9, 105.1)
ELSEWHERE = Region("Zkq8vt", "04", "JP", "CN", 22.8, 106.7)


@dataclass(frozen=True)
class World:
    """What stands in a region: the value of each parameter that a route may have."""

    region: Region
    values: Values
    case_id: int


def station_of(session: Session, region: Region) -> Unit:
    return a_unit(session, f"DBP{region.province}", province_code=region.province)


def commune_of(session: Session, region: Region) -> Unit:
    code = f"X{region.province}"
    return a_unit(session, code, kind=UnitKind.COMMUNE, province_code=region.province)


def build_world(session: Session, region: Region, author: Actor, uploads: Path) -> World:
    """One of everything, written by the author, a station officer of the region."""
    marker = _marker(session, region)
    vessel = record_vessel(
        session,
        author,
        f"{region.secret} 91234 TS",
        facts={"country_code": region.country},
        now=NOW,
    )
    vessel.home_province_code = region.province
    person = record_person(
        session,
        author,
        f"{SOUGHT} {region.secret}",
        facts={"country_code": region.country},
        now=NOW,
    )
    person.home_province_code = region.province
    reference = _case(session, region, author, marker, uploads)
    case = session.execute(select(Case).where(Case.reference == reference)).scalar_one()
    of_case: Values = {
        **_asked_of_others(session, region, author, reference),
        "reference": reference,
        "feature_id": reference,
        "code": "dispatch",
        "clock": "quick_report",
        "track": "nguoi",
        "child_id": 1,
        "item": "called",
        "attachment_id": _id_of(session, Attachment, case.id),
        "link_id": _id_of(session, CaseLink, case.id),
    }
    of_registers: Values = {
        "neighbour": region.neighbour,
        "slug": marker.slug,
        "marker_id": marker.id,
        "document_id": _document(session, region, marker, uploads),
        "measurement_id": _measurement(session, region, marker),
        "segment_id": marker.segment_id or 0,
        "vessel_id": vessel.id,
        "trip_id": _trip(session, region),
        "person_id": person.id,
        **_seen_in_the_field(session, author, marker, uploads),
        **_said_by_both(session, region, author, marker, uploads),
        "axis_id": session.scalars(
            select(ProvincialAxis.id).where(ProvincialAxis.province_code == region.province)
        ).first()
        or 0,
    }
    zoom, side = 12, 1 << 12
    row = (1 - math.asinh(math.tan(math.radians(region.lat))) / math.pi) / 2 * side
    of_tiles: Values = {
        "matrix_set": "WebMercatorQuad",
        "tile_matrix": zoom,
        "tile_row": int(row),
        "tile_col": int((region.lon + 180) / 360 * side),
    }
    of_projects = _project(session, region, author)
    of_money = {
        **_money(session, author, reference),
        **_paper(session, region, author, case.id, uploads),
    }
    return World(
        region,
        {
            **of_projects,
            **of_money,
            **_mass_event(session, region, author),
            **of_case,
            **of_registers,
            **of_tiles,
            **common_values(session),
        },
        case.id,
    )


def common_values(session: Session) -> Values:
    """Parameters that name nothing of a region."""
    day = session.scalars(select(CalendarDay.id).limit(1)).one()
    entry = OutboxEntry(
        job=Job.SWEEP_DEADLINES, payload={}, state=OutboxState.DEAD, due=NOW, created_at=NOW
    )
    session.add(entry)
    session.flush()
    recount = ClockRecount(
        source=f"VN:{entry.id}",
        change={"day": "2026-11-23"},
        requested_by=0,
        started_at=NOW,
        total=0,
    )
    session.add(recount)
    session.flush()
    return {
        "recount_id": recount.id,
        **_tried_versions(session),
        "type_code": "border_incident",
        "kind": "moc",
        "collection": "cases",
        "name": "khong-co.json",
        "target": "markers",
        "day_id": day,
        "entry_id": entry.id,
        "merge_id": 1,
        "rule_id": session.scalars(select(DistanceRule.id).limit(1)).one(),
        "way": "len",
        "answer": "dong-y",
        "field_id": session.scalars(select(CounterpartField.id).limit(1)).one(),
        "interval_id": session.scalars(select(InspectionInterval.id).limit(1)).one(),
        "part": "trang-thai",
        "item": start_draft(session, SYSTEM_ACTOR, "border_incident", now=NOW).content["states"][0][
            "code"
        ],
    }


def _tried_versions(session: Session) -> Values:
    """A migration between two versions of a type, and a run of its draft; of no region."""
    version = latest_version(session, "border_incident").id
    migration = CaseMigration(
        code="border_incident",
        from_version_id=version,
        to_version_id=version,
        from_number=1,
        to_number=1,
        mapping={},
        state=MigrationState.DONE,
        user_id=0,
        user_name="x",
        unit_id=0,
        created_at=NOW,
    )
    run = LabRun(
        code="border_incident",
        source="x",
        definition=latest_version(session, "border_incident").definition,
        months=1,
        since=NOW,
        state=LabState.DONE,
        user_id=0,
        user_name="x",
        figures={"tally": {"acts": 0, "allowed": 0, "clocks": {}}, "powers": []},
        created_at=NOW,
    )
    session.add_all([migration, run])
    session.flush()
    return {"migration_id": migration.id, "run_id": run.id}


def values_of_person(session: Session, actor: Actor, case_id: int, secret: str) -> Values:
    """What belongs to one person or to the person's unit."""
    said = f"{SOUGHT} {secret}"
    notice = Notice(
        user_id=actor.user_id,
        case_id=case_id,
        source=f"test:{secret}",
        kind=NoticeKind.MOVED,
        text_vi=said,
        text_en=said,
        created_at=NOW,
    )
    batch = ImportBatch(
        target="markers",
        file_name=f"{said}.csv",
        sha256="0" * 64,
        size=1,
        unit_id=actor.unit_id,
        user_id=actor.user_id,
        user_name=actor.name,
        state=BatchState.DONE,
        options={},
        mapping={},
        titles=[],
        notes=[],
        finding_counts={},
        created_at=NOW,
    )
    held = HeldForm(user_id=actor.user_id, path="/ho-so", sealed=b"", created_at=NOW)
    token = ApiToken(
        user_id=actor.user_id,
        unit_id=actor.unit_id,
        name=said,
        hash=f"{secret}{actor.user_id}",
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    team = Team(
        unit_id=actor.unit_id,
        name=said,
        valid_from=NOW.date(),
        created_by=actor.user_id,
        created_at=NOW,
    )
    route = RoutingRule(
        unit_id=actor.unit_id,
        position=1,
        name=said,
        user_id=actor.user_id,
        valid_from=NOW.date(),
        created_by=actor.user_id,
        created_at=NOW,
    )
    absence = Substitution(
        unit_id=actor.unit_id,
        absent_id=actor.user_id,
        substitute_id=actor.user_id,
        valid_from=NOW.date(),
        valid_to=NOW.date(),
        reason=said,
        asked_at=NOW,
    )
    handover = Handover(
        unit_id=actor.unit_id,
        leaver_id=actor.user_id,
        successor_id=actor.user_id,
        leaves_on=NOW.date(),
        note=said,
        created_by=actor.user_id,
        created_at=NOW,
    )
    session.add_all([notice, batch, held, token, team, route, absence, handover])
    session.flush()
    role = session.scalars(select(UserRole.id).where(UserRole.user_id == actor.user_id)).first()
    return {
        "notice_id": notice.id,
        "batch_id": batch.id,
        "token": held.token,
        "token_id": token.id,
        "team_id": team.id,
        "route_id": route.id,
        "substitution_id": absence.id,
        "handover_id": handover.id,
        "print_name": "0" * 32,  # an order lies on disk: see tests/integration/maps/test_prints.py
        "user_id": actor.user_id,
        "assignment_id": role or 0,
    }


def _marker(session: Session, region: Region) -> Marker:
    label = f"700 {region.secret}"
    place = Position(neighbour=region.neighbour, label=label)
    session.add(place)
    session.flush()
    marker = Marker(
        position_id=place.id,
        segment_id=_segment(session, region).id,
        chainage_m=500.0,
        neighbour=region.neighbour,
        label=label,
        label_fold=f"700 {SOUGHT}",
        slug=f"700-{region.province}",
        main=700,
        sort_key=f"{region.neighbour}00700{region.province}",
        kind="main",
        lat=region.lat,
        lon=region.lon,
        z_key=morton_key(region.lat, region.lon),
        province_code=region.province,
        place_text=f"{SOUGHT} {region.secret}",
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(marker)
    session.flush()
    return marker


def _trip(session: Session, region: Region) -> int:
    """A vessel without a signal; its number holds the secret."""
    trip = VmsTrip(
        number_raw=f"{region.secret} 91234 TS",
        number_fold=f"{region.secret}91234ts".lower(),
        province_code=region.province,
        started_at=NOW - timedelta(hours=9),
        last_at=NOW - timedelta(hours=9),
        lost_since=NOW - timedelta(hours=9),
        alert_count=1,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(trip)
    session.flush()
    session.add(
        VmsAlert(
            trip_id=trip.id,
            number_fold=trip.number_fold,
            kind=AlertKind.SIGNAL_LOST,
            started_at=trip.started_at,
            known_until=trip.started_at,
            recorded_at=NOW,
            recorded_by=0,
        )
    )
    session.flush()
    return trip.id


def _segment(session: Session, region: Region) -> Segment:
    stretch = Segment(
        neighbour=region.neighbour,
        province_code=region.province,
        name=f"{SOUGHT} {region.secret}",
        chainage_from_m=0.0,
        chainage_to_m=1_000.0,
    )
    session.add(stretch)
    session.flush()
    return stretch


def _document(session: Session, region: Region, marker: Marker, uploads: Path) -> int:
    said = f"{SOUGHT} {region.secret}"
    file = store_file(uploads, f"{region.secret}.txt", BytesIO(f"moc {said}".encode()), limit_mb=1)
    document = MarkerDocument(
        marker_id=marker.id,
        kind=DocumentKind.OTHER,
        file_name=file.file_name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        caption=said,
        uploaded_by=0,
        uploader_name=said,
        uploaded_at=NOW,
    )
    session.add(document)
    session.flush()
    return document.id


def _measurement(session: Session, region: Region, marker: Marker) -> int:
    measurement = MarkerMeasurement(
        marker_id=marker.id,
        original=f"{SOUGHT} {region.secret}",
        crs="EPSG:4326",
        lat=region.lat,
        lon=region.lon,
        recorded_at=NOW,
        recorded_by=0,
    )
    session.add(measurement)
    session.flush()
    return measurement.id


def _case(session: Session, region: Region, author: Actor, marker: Marker, uploads: Path) -> str:
    said = f"{SOUGHT} {region.secret}"
    answers = {
        "incident_kind": "smuggling",
        "occurred_at": NOW.isoformat(timespec="minutes"),
        "place_text": said,
        "description": said,
    }
    head = open_case(session, author, "border_incident", answers=answers, pack=None, now=NOW)
    file = store_file(uploads, f"{region.secret}.txt", BytesIO(said.encode()), limit_mb=1)
    add_note(
        session, author, head.reference, kind=EventKind.NOTED, text=said, files=[file], now=NOW
    )
    link_entry(session, SYSTEM_ACTOR, head.reference, target="marker", entry_id=marker.id, now=NOW)
    session.execute(
        update(Case)
        .where(Case.id == head.id)
        .values(
            province_code=region.province,
            country_code=region.country,
            lat=region.lat,
            lon=region.lon,
            z_key=morton_key(region.lat, region.lon),
        )
    )
    commune = commune_of(session, region)
    session.add(CaseUnit(case_id=head.id, unit_id=commune.id, role=UnitRole.PARTICIPANT))
    session.flush()
    return head.reference


def _money(session: Session, author: Actor, reference: str) -> Values:
    """A deposit in the books of the case."""
    paid = Money(Decimal(1_000_000), "VND")
    facts = EntryFacts(EntryKind.DEPOSIT, Source.OWNER, paid, NOW.date())
    return {"entry": record_entry(session, author, reference, facts, now=NOW).id}


def _mass_event(session: Session, region: Region, author: Actor) -> Values:
    """An event with a list of two people who look alike, and a row that could not be taken."""
    said = f"{SOUGHT} {region.secret}"
    facts = EventFacts(said, MassKind.RAID, region.country, author.time_zone)
    event = events.begin_event(session, author, facts, now=NOW)
    session.add(MassParty(event_id=event.id, province_code=region.province))
    rows = [
        {"person_name": said, "birth_year": "1990", "home_text": said},
        {"person_name": said, "birth": "01/02/1990"},
        {"person_name": ""},
    ]
    judged = [Judged(number, row) for number, row in enumerate(rows, start=1)]
    found = intake.take_list(
        session, author, event, ListFacts(ListSource.GATE, said), judged, now=NOW
    )
    session.execute(
        update(Participant)
        .where(Participant.event_id == event.id)
        .values(province_code=region.province)
    )
    one = session.scalars(
        select(Participant.id).where(Participant.event_id == event.id).order_by(Participant.id)
    ).first()
    return {
        "event_id": event.id,
        "list_id": found.id,
        "participant_id": one or 0,
        "pair_id": session.scalars(select(LikePair.id).where(LikePair.event_id == event.id)).one(),
        "kept_id": session.scalars(select(KeptRow.id).where(KeptRow.list_id == found.id)).one(),
        "gap": Gap.NO_RESULT,
    }


def _paper(session: Session, region: Region, author: Actor, case_id: int, uploads: Path) -> Values:
    """A draft of the case, as a worker left it."""
    said = f"{SOUGHT} {region.secret}"
    stored = store_file(uploads, f"{region.secret}.docx", BytesIO(b"PK\x03\x04"), limit_mb=1)
    paper = Paper(
        case_id=case_id,
        unit_id=author.unit_id,
        kind="to_trinh",
        state=PaperState.DRAFT,
        batch=f"lo{case_id}",  # no secret: a page may repeat its own address
        content=Wording(abstract=said, body=said).dumped(),
        problem=said,
        created_by=author.user_id,
        creator_name=said,
        created_at=NOW,
    )
    session.add(paper)
    session.flush()
    version = PaperVersion(
        paper_id=paper.id,
        number=1,
        made=Made.DRAFTED,
        file_name=stored.file_name,
        size=stored.size,
        sha256=stored.sha256,
        made_by=author.user_id,
        maker_name=said,
        made_at=NOW,
    )
    session.add(version)
    session.flush()
    return {
        "paper_id": paper.id,
        "version": 1,
        "batch_name": paper.batch or "",
        "paper_kind": "to_trinh",
    }


def _asked_of_others(session: Session, region: Region, author: Actor, reference: str) -> Values:
    """A question to the commune about the case."""
    said = f"{SOUGHT} {region.secret}"
    question = Question("general", said, [commune_of(session, region).id])
    found = ask_opinions(session, author, reference, question, now=NOW)
    request = session.scalars(select(UnitRequest).where(UnitRequest.round_id == found.id)).one()
    return {"round_id": found.id, "request_id": request.id}


def _project(session: Session, region: Region, author: Actor) -> Values:
    """A shared project with one round of talks and a point that is not done."""
    said = f"{SOUGHT} {region.secret}"
    officer = replace(author, roles=frozenset({"foreign_affairs_officer"}))
    answers = {
        "project_name": said,
        "project_kind": "bridge",
        "neighbour": region.neighbour.lower(),
        "partner_body": said,
        "summary": said,
    }
    head = open_case(session, officer, "shared_project", answers=answers, pack=None, now=NOW)
    session.execute(
        update(Case)
        .where(Case.id == head.id)
        .values(province_code=region.province, country_code=region.country)
    )
    commune = commune_of(session, region)
    session.add(CaseUnit(case_id=head.id, unit_id=commune.id, role=UnitRole.PARTICIPANT))
    case = session.get_one(Case, head.id)
    facts = RoundFacts(1, NOW.date(), summary=said, source=said)
    record_round(session, officer, case, facts, points=[said], now=NOW)
    point = session.scalars(select(AgreedPoint.id).where(AgreedPoint.case_id == head.id)).one()
    return {"project": head.reference, "number": 1, "point_id": point}


def _seen_in_the_field(session: Session, author: Actor, marker: Marker, uploads: Path) -> Values:
    said = f"{SOUGHT} {marker.place_text}"
    walk = Walk(marker.neighbour, said, NOW.date(), source=said)
    inspection = record_inspection(session, author, walk, [marker], now=NOW)
    photo = store_file(
        uploads, f"{said}.png", BytesIO(b"\x89PNG\r\n\x1a\n" + said.encode()), limit_mb=1
    )
    seen = Found("intact", NOW.date(), said, [photo])
    observation = record_observation(session, author, marker, seen, inspection=inspection, now=NOW)
    return {
        "inspection_id": inspection.id,
        "observation_id": observation.id,
        "photo_id": observation.photos[0].id,
    }


def _said_by_both(
    session: Session, region: Region, author: Actor, marker: Marker, uploads: Path
) -> Values:
    """An act with its scan, and a value on which the sides differ."""
    said = f"{SOUGHT} {region.secret}"
    keeper = replace(author, area=Area(province_codes=frozenset({region.province})))
    facts = ActFacts(region.neighbour, "survey", NOW.date(), said, "en", said)
    scan = store_file(uploads, f"{said}.txt", BytesIO(said.encode()), limit_mb=1)
    act = record_act(
        session,
        keeper,
        facts,
        [marker],
        ours=Signature(said, said, said, NOW.date()),
        theirs=Signature(),
        files=[scan],
        now=NOW,
    )
    found = None
    for party, value in ((Side.VIETNAM, said), (Side.NEIGHBOUR, f"{said} x")):
        claim = Claim("material", party, value, NOW.date(), said)
        found = record_claim(session, keeper, marker, claim, now=NOW)
    assert found is not None
    return {"act_id": act.id, "file_id": act.files[0].id, "discrepancy_id": found.id}


def _id_of(session: Session, model: type[Attachment | CaseLink], case_id: int) -> int:
    return session.scalars(select(model.id).where(model.case_id == case_id)).first() or 0


def unit_of_role(session: Session, level: str, role: str) -> Unit:
    """Where somebody of this role sits: in the region that is HERE, or in the Ministry."""
    if level == "post":
        return station_of(session, HERE)
    if level == "commune":
        return commune_of(session, HERE)
    if level == "mission":
        return unit_by_code(session, HERE.country, kind=UnitKind.MISSION)
    if level == "ministry":
        return unit_by_code(session, "UBBG" if role.startswith("boundary") else "CLS")
    return unit_by_code(session, "BNG" if role == "administrator" else f"NV{HERE.province}")
