using System;
using System.Text;

namespace NetGen.Generator.Emission;

/// <summary>Breaks lines of code that are too long to be read, after commas.</summary>
internal static class LongLines
{
    /// <summary>The most columns of a line, where commas allow it.</summary>
    public const int Most = 160;

    /// <summary>A line, or several of which all but the first are indented further.</summary>
    /// <param name="line">The line without its indentation.</param>
    /// <param name="indentation">Its indentation.</param>
    public static string Break(string line, int indentation)
    {
        bool isDocumentation = line.StartsWith("/// ", StringComparison.Ordinal);
        if (!isDocumentation && line.StartsWith("//", StringComparison.Ordinal))
        {
            // Most are tables.
            return line;
        }

        string next = "\n" + new string(' ', indentation + (isDocumentation ? 0 : 4)) + (isDocumentation ? "/// " : "");
        var text = new StringBuilder();
        int start = 0;
        int room = Most - indentation;
        while (line.Length - start > room)
        {
            int end = isDocumentation ? LastSpace(line, start, room) : BestComma(line, start, room);
            if (end < 0)
            {
                break;
            }

            text.Append(line, start, end - start).Append(next);
            start = end + 1;
            room = Most - next.Length + 1;
        }

        return text.Append(line, start, line.Length - start).ToString();
    }

    private static int LastSpace(string line, int start, int room)
    {
        int space = line.LastIndexOf(' ', start + room, room);
        return space > start + "/// ".Length ? space : line.IndexOf(' ', start + room);
    }

    /// <summary>The space after that comma which lies in the fewest parentheses; of several, the last.</summary>
    private static int BestComma(string line, int start, int room)
    {
        int best = -1;
        int fewest = int.MaxValue;
        int depth = 0;
        bool isString = false;
        for (int i = start; i < line.Length && (i <= start + room || best < 0); i++)
        {
            char c = line[i];
            if (c == '"' && (i == 0 || line[i - 1] != '\\'))
            {
                isString = !isString;
            }

            if (isString)
            {
                continue;
            }

            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            if (c == ' ' && i > start && line[i - 1] == ',' && depth <= fewest)
            {
                (best, fewest) = (i, depth);
            }
        }

        return best;
    }
}
