"""Work in a process of its own, which may crash, hang or be ended without harm to this one."""
