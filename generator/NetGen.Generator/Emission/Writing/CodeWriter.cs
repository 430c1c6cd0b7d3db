using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace NetGen.Generator.Emission;

/// <summary>
/// Builds indented C# text. Lines end in <c>\n</c> on every machine. Its memory is lent: a compiler's first run would otherwise spend
/// more time on getting new pages than on writing to them.
/// </summary>
internal sealed class CodeWriter : IDisposable
{
    private const int FirstLength = 1 << 14;

    private readonly int outermost;
    private char[] text = ArrayPool<char>.Shared.Rent(FirstLength);
    private int length;
    private int depth;
    private bool isIndented;

    /// <summary>Starts a writer.</summary>
    /// <param name="depth">The indentation of its outermost lines.</param>
    public CodeWriter(int depth = 0) => outermost = this.depth = depth;

    /// <summary>Writes one line, or several that a raw string holds; empty ones stay empty.</summary>
    public void Line(string lines = "")
    {
        Write(lines);
        EndLine();
    }

    /// <summary>The same from an interpolated string, whose pieces are written one by one.</summary>
    public void Line([InterpolatedStringHandlerArgument("")] Pieces written) => EndLine();

    /// <summary>Opens a block, which its scope closes.</summary>
    /// <param name="header">The lines before its brace; none for a bare block.</param>
    /// <param name="after">What follows its last brace.</param>
    public Scope Block(string header = "", string after = "")
    {
        if (header.Length > 0)
        {
            Line(header);
        }

        return Open([], after);
    }

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

        return headers.Count == 0 ? default : new Scope(this, depth, headers.Count, [], "");
    }

    /// <summary>Opens a block under a condition; without one, there is no block.</summary>
    public Scope If(string? condition) => condition is null ? default : Block($"if ({condition})");

    /// <summary>Opens a loop that counts, even if only to one.</summary>
    /// <param name="variable">Its variable.</param>
    /// <param name="count">The rounds.</param>
    /// <param name="moved">The references that each round moves on, and how far.</param>
    public Scope Loop(string variable, long count, params (string Reference, long Distance)[] moved) =>
        Loop(variable, "0", Literal.Int(count), moved);

    /// <summary>The same from one expression to another.</summary>
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

    /// <summary>The same from zero on.</summary>
    public Scope SignedLoop(string variable, long count, params (string Reference, long Distance)[] moved) =>
        SignedLoop(variable, "0", Literal.Int(count), moved);

    /// <summary>Opens a loop that counts, unless it would run once: then there is no block, and nothing to move on.</summary>
    /// <param name="variable">Its variable.</param>
    /// <param name="count">The rounds.</param>
    /// <param name="moved">The references that each round moves on, and how far.</param>
    public Scope For(string variable, long count, params (string Reference, long Distance)[] moved) =>
        count == 1 ? default : Loop(variable, count, moved);

    /// <summary>The same, but what runs once has a block to itself, and moves references on.</summary>
    public Scope ForOrBlock(string variable, long count, params (string Reference, long Distance)[] moved) =>
        count == 1 ? Open(moved, "") : Loop(variable, count, moved);

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
            Line(Address.Advance(reference, $"from * {Literal.Int(distance)}"));
        }

        return Loop(variable, "from", "to", moved);
    }

    /// <summary>Adds text that is already indented.</summary>
    public void Raw(string indented) => Append(indented, 0, indented.Length);

    /// <summary>The text. All blocks are closed by then.</summary>
    public override string ToString() => depth == outermost
        ? new(text, 0, length)
        : throw new InvalidOperationException($"{depth - outermost} blocks are still open.");

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => ArrayPool<char>.Shared.Return(text);

    private Scope Open((string Reference, long Distance)[] moved, string after)
    {
        Line("{");
        depth++;
        return new Scope(this, depth, 1, moved, after);
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

            if (writer.depth != depth)
            {
                throw new InvalidOperationException("A block within this one is still open, or this one is closed.");
            }

            foreach ((string reference, long distance) in moved)
            {
                writer.Line(Address.Advance(reference, distance));
            }

            for (int i = 0; i < blocks; i++)
            {
                writer.depth--;
                writer.Line("}" + after);
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
