"""An accessibility client that a test drives: a request a line on standard input, an answer a line on standard output.

{"do": "list", "pid"} answers what can be seen, from the window down: [{"role", "name", "description", "actions", "states", "text"}].
{"do": "act", "pid", "role", "name", "action"} does an action of the first control with that role and name: {"done": bool}.
{"do": "enable"} tells the accessibility bus that a screen reader is there.
What cannot be answered is {"error": words}.
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

STATES = {
    "focusable": Atspi.StateType.FOCUSABLE,
    "focused": Atspi.StateType.FOCUSED,
    "enabled": Atspi.StateType.ENABLED,
    "checked": Atspi.StateType.CHECKED,
    "showing": Atspi.StateType.SHOWING,
}


def enable(_):
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    for name in ("IsEnabled", "ScreenReaderEnabled"):
        wanted = GLib.Variant("(ssv)", ("org.a11y.Status", name, GLib.Variant("b", True)))
        place = ("org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set")
        bus.call_sync(*place, wanted, None, Gio.DBusCallFlags.NONE, 30_000, None)
    return {"done": True}


def nodes(node):
    """A node and all below it."""
    yield node
    for at in range(node.get_child_count()):
        child = node.get_child_at_index(at)
        if child is not None:
            yield from nodes(child)


def windows(pid):
    """Everything in the windows of a process, asked anew: what the library remembers may be of an earlier screen."""
    desktop = Atspi.get_desktop(0)
    desktop.set_cache_mask(Atspi.Cache.NONE)
    desktop.clear_cache()
    for at in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(at)
        if program is not None and program.get_process_id() == pid:
            program.set_cache_mask(Atspi.Cache.NONE)
            program.clear_cache()
            yield from nodes(program)


def actions(node):
    face = node.get_action_iface()
    return [face.get_action_name(at) for at in range(face.get_n_actions())] if face else []


def described(node):
    states = node.get_state_set()
    text = node.get_text_iface()
    return {
        "role": node.get_role_name(),
        "name": node.get_name() or "",
        "description": node.get_description() or "",
        "actions": actions(node),
        "states": [name for name, state in STATES.items() if states.contains(state)],
        "text": Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)) if text else None,
    }


def act(request):
    wanted = (request["role"], request["name"])
    for node in windows(request["pid"]):
        if (node.get_role_name(), node.get_name()) == wanted and request["action"] in actions(node):
            return {"done": node.get_action_iface().do_action(actions(node).index(request["action"]))}
    return {"done": False}


DEEDS = {"enable": enable, "list": lambda request: [described(node) for node in windows(request["pid"])], "act": act}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = DEEDS[request["do"]](request)
    except GLib.Error as error:
        # A node may go while it is looked at.
        answer = {"error": error.message}
    print(json.dumps(answer), flush=True)
