using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace NetGen.Generator.Emission;

/// <summary>
/// Builds indented C# text. Lines end in <c>\n</c> on every machine. Blank lines never follow each other, nor stand at the edge of a
/// block; one follows each block. Long lines are broken. Its memory is lent: a compiler's first run would otherwise spend more time on
/// getting new pages than on writing to them.
/// </summary>
internal sealed class CodeWriter : IDisposable
{
    private const int FirstLength = 1 << 14;

    private readonly int outermost;
    private readonly Stack<OpenBlock> open = new();
    private char[] text = ArrayPool<char>.Shared.Rent(FirstLength);
    private int length;

    /// <summary>Where the text of the current line begins, after its indentation; negative between lines.</summary>
    private int lineStart = -1;

    /// <summary>What stands before the next line.</summary>
    private Gap gap = Gap.Edge;

    /// <summary>Starts a writer.</summary>
    /// <param name="depth">The indentation of its outermost lines.</param>
    public CodeWriter(int depth = 0) => outermost = depth;

    /// <summary>What may stand between two lines.</summary>
    private enum Gap
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>A blank line, unless a block ends.</summary>
        Blank,

        /// <summary>Nothing, since a block begins.</summary>
        Edge,
    }

    private int Depth => outermost + open.Count;

    /// <summary>Writes one line, or several that a raw string holds; empty ones stay empty.</summary>
    public void Line(string lines = "")
    {
        Write(lines);
        EndLine();
    }

    /// <summary>The same from an interpolated string, whose pieces are written one by one.</summary>
    public void Line([InterpolatedStringHandlerArgument("")] Pieces written) => EndLine();

    /// <summary>Begins a phase of a kernel: a blank line, unless a block has just begun, and what comes next as a comment.</summary>
    public void Phase(string comment)
    {
        Line();
        Line("// " + comment);
    }

    /// <summary>Opens a block, which its scope closes.</summary>
    /// <param name="header">The lines before its brace; none, where they are written.</param>
    /// <param name="after">What follows its last brace.</param>
    public Scope Block(string header = "", string after = "")
    {
        if (header.Length > 0)
        {
            Line(header);
        }

        return Open([], after);
    }

    /// <summary>
    /// Opens a block for the names that are declared within. Where its surroundings have no other block, in which the same names could
    /// be, its lines become theirs when they end.
    /// </summary>
    public Scope Names() => Open([], "", isBare: true);

    /// <summary>The same with an interpolated header.</summary>
    public Scope Block([InterpolatedStringHandlerArgument("")] Pieces written)
    {
        EndLine();
        return Open([], "");
    }

    /// <summary>Opens blocks, each within the one before, which one scope closes.</summary>
    public Scope Blocks(IReadOnlyCollection<string> headers)
    {
        foreach (string header in headers)
        {
            Block(header);
        }

        return headers.Count == 0 ? default : new Scope(this, open.Count, headers.Count, [], "");
    }

    /// <summary>Opens a block under a condition; without one, there is no block.</summary>
    public Scope If(string? condition) => condition is null ? default : Block($"if ({condition})");

    /// <summary>Opens a loop that counts from one expression to another.</summary>
    /// <param name="variable">Its variable.</param>
    /// <param name="from">The first round.</param>
    /// <param name="to">The end of the rounds.</param>
    /// <param name="moved">The references that each round moves on, and how far.</param>
    public Scope Loop(string variable, string from, string to, params (string Reference, long Distance)[] moved)
    {
        Line($"for (nuint {variable} = {from}; {variable} < {to}; {variable}++)");
        return Open(moved, "");
    }

    /// <summary>Opens a loop that counts by a stride.</summary>
    public Scope StridedLoop(string variable, string from, string to, int stride)
    {
        Line($"for (nuint {variable} = {from}; {variable} < {to}; {variable} += {stride})");
        return Open([], "");
    }

    /// <summary>Opens a loop that counts in an <see langword="int"/>, from which kernels may subtract.</summary>
    public Scope SignedLoop(string variable, string from, string to, params (string Reference, long Distance)[] moved)
    {
        Line($"for (int {variable} = {from}; {variable} < {to}; {variable}++)");
        return Open(moved, "");
    }

    /// <summary>The same from zero on; what would run once is no loop.</summary>
    public Scope SignedFor(string variable, long count, params (string Reference, long Distance)[] moved) =>
        count == 1 ? default : SignedLoop(variable, "0", Literal.Int(count), moved);

    /// <summary>Opens a loop that counts, unless it would run once: then there is no block, and nothing to move on.</summary>
    /// <param name="variable">Its variable.</param>
    /// <param name="count">The rounds.</param>
    /// <param name="moved">The references that each round moves on, and how far.</param>
    public Scope For(string variable, long count, params (string Reference, long Distance)[] moved) =>
        count == 1 ? default : Loop(variable, "0", Literal.Int(count), moved);

    /// <summary>The same, but what runs once has names of its own, and moves references on.</summary>
    public Scope ForOrNames(string variable, long count, params (string Reference, long Distance)[] moved) =>
        count == 1 ? Open(moved, "", isBare: true) : Loop(variable, "0", Literal.Int(count), moved);

    /// <summary>
    /// Opens a loop over a kernel's units: all of them, unless that is one, or the share from <c>from</c> to <c>to</c> that one of
    /// several threads computes, to whose first unit the references are moved.
    /// </summary>
    /// <param name="variable">The loop's variable.</param>
    /// <param name="count">The units.</param>
    /// <param name="isShared">Whether the kernel computes a share.</param>
    /// <param name="moved">The references that the loop moves on, and the distance from a unit to the next.</param>
    public Scope ForUnits(string variable, long count, bool isShared, params (string Reference, long Distance)[] moved)
    {
        if (!isShared)
        {
            return For(variable, count, moved);
        }

        foreach ((string reference, long distance) in moved)
        {
            Line(Address.Advance(reference, Address.Times("from", distance)));
        }

        return Loop(variable, "from", "to", moved);
    }

    /// <summary>
    /// References that move on, and one more. A list of such pairs would do the same, but not be compiled ahead of time: its code is the
    /// framework's for a type that the framework does not know.
    /// </summary>
    public static (string Reference, long Distance)[] Append(
        (string Reference, long Distance)[] moved, (string Reference, long Distance) last)
    {
        var all = new (string Reference, long Distance)[moved.Length + 1];
        moved.CopyTo(all, 0);
        all[moved.Length] = last;
        return all;
    }

    /// <summary>Adds lines that are already indented.</summary>
    public void Raw(string indented, int start = 0)
    {
        FillGap();
        Append(indented, start, indented.Length - start);
    }

    /// <summary>The text. All blocks are closed by then.</summary>
    public override string ToString() => open.Count == 0
        ? new(text, 0, length)
        : throw new InvalidOperationException($"{open.Count} blocks are still open.");

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => ArrayPool<char>.Shared.Return(text);

    private Scope Open((string Reference, long Distance)[] moved, string after, bool isBare = false)
    {
        FillGap();
        int start = length;
        Line("{");
        open.Push(new OpenBlock { Start = start, IsBare = isBare });
        return new Scope(this, open.Count, 1, moved, after);
    }

    private void Close(string after)
    {
        OpenBlock block = open.Pop();
        if (block.Blocks == 1 && block.OnlyBare is { } bare)
        {
            Dissolve(bare);
        }

        gap = Gap.None;
        Line("}" + after);
        gap = after.Length > 0 ? Gap.None : Gap.Blank;
        if (open.Count > 0)
        {
            OpenBlock outer = open.Peek();
            outer.Blocks++;
            outer.OnlyBare = block.IsBare ? (block.Start, length) : null;
        }
    }

    /// <summary>Takes the braces of a block within the one that ends away, and moves its lines to the left.</summary>
    private void Dissolve((int Start, int End) block)
    {
        int indentation = (Depth + 1) * 4;
        int brace = indentation + "{\n".Length;
        int to = block.Start;
        int from = block.Start + brace;
        bool isFirst = text[block.Start - 2] is '{' or '\n';
        if (!isFirst && text[from + indentation + 4] == '/')
        {
            text[to++] = '\n';
        }

        while (from < block.End - brace)
        {
            int next = Array.IndexOf(text, '\n', from) + 1;
            from += text[from] == '\n' ? 0 : 4;
            Array.Copy(text, from, text, to, next - from);
            to += next - from;
            from = next;
        }

        Array.Copy(text, block.End, text, to, length - block.End);
        length -= block.End - to;
    }

    private void Write(string lines)
    {
        for (int start = 0; start < lines.Length;)
        {
            int end = lines.IndexOf('\n', start);
            int next = end < 0 ? lines.Length : end;
            int count = next - start - (end > start && lines[end - 1] == '\r' ? 1 : 0);
            if (count > 0)
            {
                BeginLine(lines, start);
                Append(lines, start, count);
            }

            if (end >= 0)
            {
                EndLine();
            }

            start = next + 1;
        }
    }

    private void BeginLine(string lines, int start)
    {
        if (lineStart >= 0)
        {
            return;
        }

        if (lines[start] == '}' || string.CompareOrdinal(lines, start, "else", 0, 4) == 0)
        {
            gap = Gap.None;
        }

        FillGap();
        Append(' ', Depth * 4);
        lineStart = length;
    }

    private void FillGap()
    {
        if (gap == Gap.Blank)
        {
            Append('\n', 1);
        }

        gap = Gap.None;
    }

    private void EndLine()
    {
        if (lineStart < 0)
        {
            gap = gap == Gap.Edge ? Gap.Edge : Gap.Blank;
            return;
        }

        if (length - lineStart + (Depth * 4) > LongLines.Most)
        {
            BreakLine();
        }

        gap = length - lineStart > 1 ? Gap.None
            : text[lineStart] == '{' ? Gap.Edge
            : text[lineStart] == '}' ? Gap.Blank
            : Gap.None;
        Append('\n', 1);
        lineStart = -1;
    }

    private void BreakLine()
    {
        string line = LongLines.Break(new string(text, lineStart, length - lineStart), Depth * 4);
        length = lineStart;
        Append(line, 0, line.Length);
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

    /// <summary>A block that is still open.</summary>
    private sealed class OpenBlock
    {
        /// <summary>Where its brace's line begins.</summary>
        public required int Start { get; init; }

        /// <summary>Whether it is there for names alone.</summary>
        public required bool IsBare { get; init; }

        /// <summary>The blocks that it holds, those within them not counted.</summary>
        public int Blocks { get; set; }

        /// <summary>The last of them, where it was there for names alone.</summary>
        public (int Start, int End)? OnlyBare { get; set; }
    }

    /// <summary>Blocks that are open until the scope ends; none, where it is the default.</summary>
    internal readonly struct Scope : IDisposable
    {
        private readonly CodeWriter? writer;
        private readonly int depth;
        private readonly int blocks;
        private readonly (string Reference, long Distance)[] moved;
        private readonly string after;

        public Scope(CodeWriter writer, int depth, int blocks, (string Reference, long Distance)[] moved, string after)
        {
            this.writer = writer;
            this.depth = depth;
            this.blocks = blocks;
            this.moved = moved;
            this.after = after;
        }

        /// <summary>Whether there is a block.</summary>
        public bool IsBlock => writer is not null;

        /// <summary>This scope and one directly within it as one.</summary>
        public Scope And(Scope inner) => writer is null ? inner
            : inner.writer is null ? this
            : new Scope(writer, inner.depth, blocks + inner.blocks, inner.moved, after);

        /// <summary>Moves references on, and closes the blocks.</summary>
        public void Dispose()
        {
            if (writer is null)
            {
                return;
            }

            if (writer.open.Count != depth)
            {
                throw new InvalidOperationException("A block within this one is still open, or this one is closed.");
            }

            foreach ((string reference, long distance) in moved)
            {
                writer.Line(Address.Advance(reference, distance));
            }

            for (int i = 0; i < blocks; i++)
            {
                writer.Close(after);
            }
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

        public void AppendFormatted(long number) => writer.Write(Literal.Int(number));

        public void AppendFormatted(object value) => writer.Write(value.ToString());
    }
}
