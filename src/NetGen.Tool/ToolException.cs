using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Tool;

/// <summary>Something that the user can put right.</summary>
/// <param name="problems">What is wrong, a line each.</param>
internal sealed class ToolException(params IEnumerable<string> problems) : Exception(string.Join('\n', problems));
