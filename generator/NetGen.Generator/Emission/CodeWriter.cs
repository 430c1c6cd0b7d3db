using System;
using System.Buffers;
using System.Runtime.CompilerServices;

namespace NetGen.Generator.Emission;

/// <summary>
/// Builds indented C# text. Lines end in <c>\n</c> on every machine. Its memory is lent: a compiler's first run would otherwise spend
/// more time on getting new pages than on writing to them.
/// </summary>
internal sealed class CodeWriter : IDisposable
{
    private const int FirstLength = 1 << 14;

    private char[] text = ArrayPool<char>.Shared.Rent(FirstLength);
    private int length;
    private int depth;
    private bool isIndented;

    /// <summary>Starts a writer.</summary>
    /// <param name="depth">The indentation of its outermost lines.</param>
    public CodeWriter(int depth = 0) => this.depth = depth;

    /// <summary>Writes one line, or several that a raw string holds; empty ones stay empty.</summary>
    public void Line(string lines = "")
    {
        Write(lines);
        EndLine();
    }

    /// <summary>The same from an interpolated string, whose pieces are written one by one.</summary>
    public void Line([InterpolatedStringHandlerArgument("")] Pieces written) => EndLine();

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

    /// <summary>The same with an interpolated header.</summary>
    public void Open([InterpolatedStringHandlerArgument("")] Pieces written)
    {
        EndLine();
        Open();
    }

    /// <summary>Closes the innermost block.</summary>
    public void Close(string after = "")
    {
        depth--;
        Line("}" + after);
    }

    /// <summary>Adds text that is already indented.</summary>
    public void Raw(string indented) => Append(indented, 0, indented.Length);

    public override string ToString() => new(text, 0, length);

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => ArrayPool<char>.Shared.Return(text);

    private void Write(string lines)
    {
        for (int start = 0; start < lines.Length;)
        {
            int end = lines.IndexOf('\n', start);
            int next = end < 0 ? lines.Length : end;
            int count = next - start - (end > start && lines[end - 1] == '\r' ? 1 : 0);
            if (count > 0)
            {
                Append(' ', isIndented ? 0 : depth * 4);
                Append(lines, start, count);
                isIndented = true;
            }

            if (end >= 0)
            {
                EndLine();
            }

            start = next + 1;
        }
    }

    private void EndLine()
    {
        Append('\n', 1);
        isIndented = false;
    }

    private void Append(char value, int count)
    {
        Reserve(count);
        text.AsSpan(length, count).Fill(value);
        length += count;
    }

    private void Append(string value, int start, int count)
    {
        Reserve(count);
        value.CopyTo(start, text, length, count);
        length += count;
    }

    private void Reserve(int count)
    {
        if (length + count > text.Length)
        {
            char[] longer = ArrayPool<char>.Shared.Rent(Math.Max(length + count, 2 * text.Length));
            text.AsSpan(0, length).CopyTo(longer);
            ArrayPool<char>.Shared.Return(text);
            text = longer;
        }
    }

    /// <summary>Takes the pieces of an interpolated string to a writer, so that no string is made of them first.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Pieces
    {
        private readonly CodeWriter writer;

        public Pieces(int literalLength, int formattedCount, CodeWriter writer) => this.writer = writer;

        public void AppendLiteral(string text) => writer.Write(text);

        public void AppendFormatted(string text) => writer.Write(text);

        public void AppendFormatted(long number) => writer.Write(Code.Text(number));

        public void AppendFormatted(object value) => writer.Write(value.ToString());
    }
}
