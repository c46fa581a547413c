from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "relay"
    label = "relay"
    verbose_name = "Messages"

    def ready(self) -> None:
        from kit import audit, personal, registry
        from relay import actions, panels, verbs
        from relay.personal import HELD, PAUSE

        personal.declare(*HELD)
        personal.pauses.add(PAUSE)

        for verb in verbs.VERBS:
            registry.verbs.add(verb)
        audit.deeds.add(audit.Deed(key=actions.REPORTED, label="Reported a message"))
        audit.deeds.add(audit.Deed(key=actions.STOPPED, label="Stopped somebody from writing to them"))
        registry.panels.add(
            registry.Panel(key="relay.person", slot="person.actions", draw=panels.draw_actions, queries=1)
        )
        registry.panels.add(
            registry.Panel(
                key="relay.conveners", slot="community.conveners", draw=panels.draw_conveners, queries=1
            )
        )
