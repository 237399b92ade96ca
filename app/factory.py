"""How an application is put together: settings, database, capabilities, edge."""

from flask import Flask
from flask_migrate import Migrate

from app.accounts.routes import blueprint as accounts
from app.accounts.signin import init_sign_in
from app.cases.entry_ties import EntryTies
from app.cases.routes import blueprint as cases
from app.cases.type_readers import NewestReaders
from app.cli import init_commands
from app.config import ROOT, Settings, load_settings
from app.crises.routes import blueprint as crises
from app.crises.ties import MassTies
from app.database import db, init_database
from app.delivery import init_delivery
from app.designer.routes import blueprint as designer
from app.documents.routes import blueprint as documents
from app.hotline.routes import blueprint as hotline
from app.imports.routes import blueprint as imports
from app.imports.sending_routes import blueprint as sending
from app.jobs import init_doorbell
from app.maps.routes import blueprint as maps
from app.money.closing import MoneyBooks
from app.money.routes import blueprint as money
from app.notices.routes import blueprint as notices
from app.office.routes import blueprint as office
from app.ogc.routes import blueprint as ogc
from app.projects.routes import blueprint as projects
from app.registers.routes import blueprint as registers
from app.reports.routes import blueprint as reports
from app.sealing import init_sealing
from app.upkeep.routes import blueprint as admin_jobs
from app.vms.routes import blueprint as vms
from app.web import init_web

BLUEPRINTS = (
    *(accounts, cases, maps, registers, reports, imports, sending, crises, hotline),
    *(ogc, notices, office, projects, money, vms, admin_jobs, designer, documents),
)
migrate = Migrate(compare_type=True, render_as_batch=True, directory=str(ROOT / "migrations"))


def create_app(settings: Settings | None = None, *, is_worker: bool = False) -> Flask:
    """One application; nothing is shared between two of them."""
    settings = settings or load_settings()
    app = Flask(__name__)
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        TESTING=settings.environment == "test",
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=settings.session_hours * 3600,
        WTF_CSRF_TIME_LIMIT=None,
    )
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    init_sealing(app, settings)
    init_database(app, settings.database, is_worker=is_worker)
    app.extensions["case_book"] = EntryTies()
    app.extensions["case_books"] = MoneyBooks()
    app.extensions["event_book"] = MassTies()
    app.extensions["type_readers"] = NewestReaders()
    migrate.init_app(app, db)
    init_doorbell(app, settings.redis_url)
    init_sign_in(app)
    init_web(app, settings)
    init_delivery(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    init_commands(app)
    return app
