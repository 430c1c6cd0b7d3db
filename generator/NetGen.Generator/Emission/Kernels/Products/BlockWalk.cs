using System;
using System.Collections.Generic;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// The loops of a kernel that packs a matrix, multiplies it with one block of rows after the other, and goes on to the next matrix. Threads
/// share blocks; one that begins within a matrix's packs that too.
/// </summary>
/// <param name="Matrix">What counts the matrices.</param>
/// <param name="Matrices">How many there are.</param>
/// <param name="Rows">The rows of one.</param>
/// <param name="Blocks">The blocks that they fall into, of at most two sizes, one apart.</param>
/// <param name="IsShared">Whether the kernel computes a share of all blocks.</param>
internal sealed record BlockWalk(string Matrix, int Matrices, int Rows, int Blocks, bool IsShared)
{
    /// <summary>The rows of the largest block.</summary>
    private int MostRows => (Rows + Blocks - 1) / Blocks;

    private bool IsEven => Rows % Blocks == 0;

    /// <summary>Writes the walk.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="pack">Writes what is done for each matrix, whose number it is given.</param>
    /// <param name="multiply">Writes what is done for each block: the matrix's number, the first row, and how many there are.</param>
    public void Emit(CodeWriter writer, Action<string> pack, Action<string, string, string> multiply)
    {
        bool sharesBlocks = IsShared && Blocks > 1;
        string blocks = Literal.Int(Blocks);
        string matrix = Matrices > 1 || IsShared ? Matrix : "0";
        using (sharesBlocks
            ? writer.Block($"for (nuint {Matrix} = from / {blocks}; {Matrix} * {blocks} < to; {Matrix}++)")
            : writer.ForUnits(Matrix, Matrices, IsShared))
        {
            if (sharesBlocks)
            {
                writer.Line($"nuint before = {Matrix} * {blocks};");
                writer.Line("nuint block = from > before ? from - before : 0;");
                writer.Line($"nuint last = to < before + {blocks} ? to - before : {blocks};");
            }

            pack(matrix);
            using (sharesBlocks ? writer.Block("for (; block < last; block++)") : writer.For("block", Blocks))
            {
                string first = "0";
                string rows = Literal.Int(MostRows);
                if (Blocks > 1)
                {
                    // Larger and smaller blocks take turns.
                    first = "first";
                    writer.Line($"nuint first = {FirstOf("block")};");
                    if (!IsEven)
                    {
                        rows = "rows";
                        writer.Line($"nuint rows = {FirstOf("(block + 1)")} - first;");
                    }
                }

                multiply(matrix, first, rows);
            }
        }
    }

    /// <summary>Writes the call of one of several kernels, of which the first is for the largest block.</summary>
    public void EmitCall(CodeWriter writer, IReadOnlyList<string> kernels, string rows, string arguments)
    {
        if (kernels.Count == 1)
        {
            writer.Line($"{kernels[0]}({arguments});");
            return;
        }

        using (writer.Block($"if ({rows} == {Literal.Int(MostRows)})"))
        {
            writer.Line($"{kernels[0]}({arguments});");
        }

        using (writer.Block("else"))
        {
            writer.Line($"{kernels[1]}({arguments});");
        }
    }

    private string FirstOf(string block) => IsEven ? Address.Times(block, Rows / Blocks) : $"{block} * {Literal.Int(Rows)} / {Literal.Int(Blocks)}";
}
