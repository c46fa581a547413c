"""The door for a WSGI server such as gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
application = get_wsgi_application()

from portal.checks import refuse_demo_accounts  # noqa: E402  (models are there only now)

refuse_demo_accounts()
