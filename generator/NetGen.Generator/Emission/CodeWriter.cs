using System.Text;

namespace NetGen.Generator.Emission;

/// <summary>Builds indented C# text. Lines end in <c>\n</c> on every machine.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder text = new();
    private int depth;

    /// <summary>Starts a writer.</summary>
    /// <param name="depth">The indentation of its outermost lines.</param>
    public CodeWriter(int depth = 0) => this.depth = depth;

    /// <summary>Writes one line, or several that a raw string holds; empty ones stay empty.</summary>
    public void Line(string lines = "")
    {
        for (int start = 0; start <= lines.Length;)
        {
            int end = lines.IndexOf('\n', start);
            end = end < 0 ? lines.Length : end;
            int length = end - start - (end > start && lines[end - 1] == '\r' ? 1 : 0);
            if (length > 0)
            {
                text.Append(' ', depth * 4).Append(lines, start, length);
            }

            text.Append('\n');
            start = end + 1;
        }
    }

    /// <summary>Opens a block.</summary>
    /// <param name="header">The lines before its brace; none for a bare block.</param>
    public void Open(string header = "")
    {
        if (header.Length > 0)
        {
            Line(header);
        }

        Line("{");
        depth++;
    }

    /// <summary>Closes the innermost block.</summary>
    public void Close(string after = "")
    {
        depth--;
        Line("}" + after);
    }

    /// <summary>Adds text that is already indented.</summary>
    public void Raw(string indented) => text.Append(indented);

    public override string ToString() => text.ToString();
}
