using System;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes recurrent layers: step after step, all gates of a tile of units stay in registers while the kernel runs through the units of the
/// state before, one load for each vector of weights and one broadcast for each unit. Each step's result is the state of the next: it is read
/// where it was stored.
/// </summary>
internal sealed class RecurrentEmitter(CodeWriter writer, RecurrentStep step, Tier tier)
{
    private readonly TensorView output = step.Output;

    /// <summary>Whether only units may be stored: other values follow them.</summary>
    private readonly bool storesExactly = !step.Output.HasSlack;

    /// <summary>The floats from a step in time to the next, in what is read and in what is written.</summary>
    private (int Input, int Output) Strides => step.IsReversed
        ? (-step.Input.PixelStride, -output.PixelStride)
        : (step.Input.PixelStride, output.PixelStride);

    private bool IsLstm => step.Cell == RecurrentCell.LSTM;

    /// <summary>
    /// Writes a kernel's body. <c>x</c>, <c>w</c>, <c>s</c> and <c>y</c> are the products with the input, the packed weights, what is handed
    /// on besides the result, and the result; <c>h</c> and <c>c</c> are the states of the step before.
    /// </summary>
    public void Emit()
    {
        if (step.IsReversed && step.Length > 1)
        {
            writer.Line(Address.Advance("x", (step.Length - 1L) * step.Input.PixelStride));
            writer.Line(Address.Advance("y", (step.Length - 1L) * output.PixelStride));
        }

        if (step.HasInitialState)
        {
            writer.Line("ref float h = ref x1;");
        }

        if (step.HasInitialCell)
        {
            writer.Line($"ref float c = ref x{(step.HasInitialState ? 2 : 1)};");
        }

        bool startsGiven = step.HasInitialState && (!IsLstm || step.HasInitialCell);
        if (!startsGiven)
        {
            EmitFirst();
        }

        int rest = step.Length - (startsGiven ? 0 : 1);
        if (rest == 0)
        {
            return;
        }

        if (!startsGiven)
        {
            writer.Phase("Each further step begins with the state of the one before.");
            writer.Line($"{(step.HasInitialState ? "" : "ref float ")}h = ref y;");
            if (IsLstm)
            {
                writer.Line($"{(step.HasInitialCell ? "" : "ref float ")}c = ref {CellAddress};");
            }
        }

        using (writer.For("step", rest))
        {
            if (!startsGiven)
            {
                EmitAdvance();
            }

            EmitStep(hasState: true, hasCell: true);
            if (rest > 1)
            {
                writer.Line();
                writer.Line("h = ref y;");
                if (step.GivesCell || (IsLstm && startsGiven))
                {
                    writer.Line($"c = ref {CellAddress};");
                }

                if (startsGiven)
                {
                    EmitAdvance();
                }
            }
        }
    }

    /// <summary>Where a step's cell state is, once it is there.</summary>
    private string CellAddress => step.GivesCell ? Address.At("y", step.Hidden) : "s";

    private void EmitAdvance()
    {
        writer.Line(Address.Advance("x", Strides.Input));
        writer.Line(Address.Advance("y", Strides.Output));
    }

    /// <summary>The first step, where not all of the state before it is given.</summary>
    private void EmitFirst()
    {
        writer.Phase(step.HasInitialState || step.HasInitialCell ? "The first step, before which a part of the state is zero." : "The first step, before which the state is zero.");
        using (writer.Names())
        {
            EmitStep(step.HasInitialState, step.HasInitialCell);
        }
    }

    /// <summary>One step in time.</summary>
    private void EmitStep(bool hasState, bool hasCell)
    {
        if (step.ResetsBefore && hasState)
        {
            EmitTiles("What the reset gate leaves of the state, and the update gate.", (slots, tile) => new RecurrentTile(writer, step, tier, slots, tile)
            {
                Gates = [0, 1],
                State = "h",
            }.EmitReset());
            EmitTiles("The new state.", (slots, tile) => new RecurrentTile(writer, step, tier, slots, tile) { Gates = [2], State = "s" }.EmitUpdate(storesExactly));
            return;
        }

        int[] gates = [.. Enumerable.Range(0, step.Gates).Where(g => IsNeeded(g, hasState, hasCell))];
        EmitTiles(null, (slots, tile) => new RecurrentTile(writer, step, tier, slots, tile)
        {
            Gates = gates,
            State = hasState ? "h" : null,
            HasCell = hasCell,
        }.EmitCell(storesExactly));
    }

    /// <summary>Whether a gate has something to do: a forget gate needs a cell state, and a reset gate a state or its bias.</summary>
    private bool IsNeeded(int gate, bool hasState, bool hasCell) => step.Cell switch
    {
        RecurrentCell.LSTM => gate != 1 || hasCell,
        RecurrentCell.GRU => gate != 0 || hasState || (!step.ResetsBefore && step.Bias is not null),
        _ => true,
    };

    /// <summary>All units: full tiles, and the vectors that are left.</summary>
    private void EmitTiles(string? phase, Action<Slot[], RecurrentTileAddress> emit)
    {
        int slots = tier.SlotCount(step.Hidden);
        Slot last = tier.SlotAt(step.Hidden, slots - 1);
        bool lastIsFull = last.Width == tier.Lanes && (last.Channels == tier.Lanes || !storesExactly);
        int full = (lastIsFull ? slots : slots - 1) / step.Vectors;
        int tileLanes = step.Vectors * tier.Lanes;
        if (phase is not null)
        {
            writer.Phase(phase);
        }

        if (full > 1)
        {
            using (writer.Names())
            {
                writer.Line("ref float wTile = ref w;");
                using (writer.StridedLoop("i", "0", Literal.Int((long)full * tileLanes), tileLanes))
                {
                    emit(tier.Slots(step.Hidden, 0, step.Vectors), new RecurrentTileAddress("wTile", 0, "i"));
                    writer.Line(Address.Advance("wTile", step.Layout.OffsetOf(tileLanes)));
                }
            }
        }
        else if (full == 1)
        {
            using (writer.Names())
            {
                emit(tier.Slots(step.Hidden, 0, step.Vectors), new RecurrentTileAddress("w", 0, "0"));
            }
        }

        int done = full * step.Vectors;
        if (done < slots)
        {
            using (writer.Names())
            {
                emit(tier.Slots(step.Hidden, done, slots - done), new RecurrentTileAddress("w", step.Layout.OffsetOf(done * tier.Lanes), Literal.Int((long)done * tier.Lanes)));
            }
        }
    }
}

/// <summary>Where a tile of units lies.</summary>
/// <param name="Weights">The reference that its weights are found from.</param>
/// <param name="Offset">The floats from there to its first.</param>
/// <param name="First">Its first unit, an expression.</param>
internal sealed record RecurrentTileAddress(string Weights, int Offset, string First);
