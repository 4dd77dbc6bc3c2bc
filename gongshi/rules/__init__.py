"""Pure decisions: no framework, no input or output, no clock. Rules return codes and data, never words."""
