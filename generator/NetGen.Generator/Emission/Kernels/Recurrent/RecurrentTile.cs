using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes one step in time of a tile of units: the sums of its gates, and what becomes of them.</summary>
internal sealed class RecurrentTile
{
    /// <summary>The sums that keep a core busy that starts two multiply-adds in a cycle and has their result after four.</summary>
    private const int BusySums = 8;

    private const int MostSplits = 4;

    private readonly CodeWriter writer;
    private readonly RecurrentStep step;
    private readonly Tier tier;
    private readonly Slot[] slots;
    private readonly RecurrentTileAddress address;

    public RecurrentTile(CodeWriter writer, RecurrentStep step, Tier tier, Slot[] slots, RecurrentTileAddress address)
    {
        this.writer = writer;
        this.step = step;
        this.tier = tier;
        this.slots = slots;
        this.address = address;
    }

    /// <summary>The gates that are summed.</summary>
    public required IReadOnlyList<int> Gates { get; init; }

    /// <summary>What the weights are multiplied with, a reference; null where that is zero.</summary>
    public string? State { get; init; }

    /// <summary>Whether there is a cell state before.</summary>
    public bool HasCell { get; init; }

    private bool AddsLater(int gate) => step is { Cell: RecurrentCell.GRU, ResetsBefore: false } && gate == 2;

    /// <summary>The lanes of the tile.</summary>
    private int Width => slots[slots.Length - 1].End - slots[0].Start;

    /// <summary>The partial sums of each gate's vector.</summary>
    private int Splits
    {
        get
        {
            int sums = Gates.Count * slots.Length;
            int splits = 1;
            while (State is not null && splits < Math.Min(MostSplits, step.Hidden) && sums * splits < BusySums && sums * (splits + 1) + 2 <= tier.Registers)
            {
                splits++;
            }

            return splits;
        }
    }

    /// <summary>The new hidden state, and the new cell state.</summary>
    public void EmitCell(bool storesExactly)
    {
        EmitSums();
        writer.Phase("The new state.");
        for (int v = 0; v < slots.Length; v++)
        {
            using (writer.Names())
            {
                EmitCell(v, storesExactly);
            }
        }
    }

    /// <summary>What the reset gate leaves of the state, and then the update gate, to scratch memory.</summary>
    public void EmitReset()
    {
        EmitSums();
        for (int v = 0; v < slots.Length; v++)
        {
            string left = $"VectorMath.Sigmoid({Sum(0, v)}) * {Load("h", v)}";
            Simd.Store(writer, $"({left})", slots[v].Width, slots[v].Width, "s", At(v));
            Simd.Store(writer, $"VectorMath.Sigmoid({Sum(1, v)})", slots[v].Width, slots[v].Width, "s", At(v, step.CoveredLanes));
        }
    }

    /// <summary>The new hidden state of what the reset gate left, and the update gate.</summary>
    public void EmitUpdate(bool storesExactly)
    {
        EmitSums();
        for (int v = 0; v < slots.Length; v++)
        {
            using (writer.Names())
            {
                writer.Line($"{Type(v)} n = VectorMath.Tanh({Sum(2, v)});");
                writer.Line($"{Type(v)} v = {Simd.MultiplyAdd(Load("s", v, step.CoveredLanes), $"{Load("h", v)} - n", "n")};");
                Store("v", v, storesExactly);
            }
        }
    }

    private static string Sum(int gate, int vector, int split = 0) => FilterTile.Accumulator(gate, vector, split);

    private string Type(int vector) => Simd.Type(slots[vector].Width);

    /// <summary>The offset of a vector's units after a number of floats.</summary>
    private string At(int vector, long constant = 0) => Address.Plus(address.First, slots[vector].Start - slots[0].Start + constant);

    private string Load(string reference, int vector, long constant = 0) => Simd.Load(slots[vector].Width, reference, At(vector, constant));

    /// <summary>The product of a gate's weights with the input.</summary>
    private string Product(int gate, int vector) => Load("x", vector, (long)gate * step.Hidden);

    /// <summary>A vector of a row of the tile's weights.</summary>
    private string Weights(string reference, long offset, int row, int vector) =>
        Simd.Load(slots[vector].Width, reference, offset + ((long)row * Width) + slots[vector].Start - slots[0].Start);

    private void Store(string value, int vector, bool storesExactly, long constant = 0) => Simd.Store(
        writer, value, slots[vector].Width, storesExactly ? slots[vector].Channels : slots[vector].Width, "y", At(vector, constant));

    private void EmitCell(int v, bool storesExactly)
    {
        switch (step.Cell)
        {
            case RecurrentCell.RNN:
                writer.Line($"{Type(v)} v = VectorMath.{(step.IsReLU ? "ReLU" : "Tanh")}({Sum(0, v)});");
                break;
            case RecurrentCell.GRU:
                bool resets = Gates.Contains(0);
                if (resets)
                {
                    writer.Line($"{Type(v)} r = VectorMath.Sigmoid({Sum(0, v)});");
                }

                writer.Line($"{Type(v)} z = VectorMath.Sigmoid({Sum(1, v)});");
                string candidate = !AddsLater(2) ? Sum(2, v) : resets ? Simd.MultiplyAdd("r", Sum(2, v), Product(2, v)) : Product(2, v);
                writer.Line($"{Type(v)} n = VectorMath.Tanh({candidate});");
                writer.Line($"{Type(v)} v = {(State is null ? "n - z * n" : Simd.MultiplyAdd("z", $"{Load("h", v)} - n", "n"))};");
                break;
            default:
                string input = $"VectorMath.Sigmoid({Sum(0, v)}) * VectorMath.Tanh({Sum(2, v)})";
                writer.Line($"{Type(v)} m = {(HasCell ? Simd.MultiplyAdd($"VectorMath.Sigmoid({Sum(1, v)})", Load("c", v), input) : input)};");
                writer.Line($"{Type(v)} v = VectorMath.Sigmoid({Sum(3, v)}) * VectorMath.Tanh(m);");
                break;
        }

        Store("v", v, storesExactly);
        if (step.GivesCell)
        {
            Store("m", v, storesExactly, step.Hidden);
        }
        else if (step.ScratchBuffer is not null && step.Cell == RecurrentCell.LSTM)
        {
            Simd.Store(writer, "m", slots[v].Width, slots[v].Width, "s", At(v));
        }
    }

    /// <summary>The sums of all gates: the products with the input, the biases, and the products with the state.</summary>
    private void EmitSums()
    {
        int splits = Splits;
        writer.Phase(State is null ? "The gates' sums: products with the input, and biases." : "The gates' sums begin with the products with the input, and with biases.");
        foreach (int gate in Gates)
        {
            for (int v = 0; v < slots.Length; v++)
            {
                if (State is null && AddsLater(gate) && step.Bias is null)
                {
                    continue;
                }

                EmitStart(gate, v, splits);
            }
        }

        if (State is null)
        {
            return;
        }

        writer.Phase("A unit of the state times a vector of weights.");
        EmitProducts(splits);
        foreach (int gate in Gates)
        {
            for (int v = 0; v < slots.Length; v++)
            {
                for (int split = 1; split < splits; split++)
                {
                    writer.Line($"{Sum(gate, v)} += {Sum(gate, v, split)};");
                }
            }
        }
    }

    /// <summary>Declares a gate's partial sums: at the product with the input, at the bias, and at zero.</summary>
    private void EmitStart(int gate, int vector, int splits)
    {
        List<string> terms = AddsLater(gate) ? [] : [Product(gate, vector)];
        if (step.Bias is not null)
        {
            terms.Add(Weights(address.Weights, address.Offset, gate, vector));
        }

        for (int split = 0; split < splits; split++)
        {
            string start = split < splits - 1 || terms.Count <= splits ? terms.ElementAtOrDefault(split) ?? Simd.Zero(slots[vector].Width)
                : string.Join(" + ", terms.Skip(split));
            writer.Line($"{Type(vector)} {Sum(gate, vector, split)} = {start};");
        }
    }

    private void EmitProducts(int splits)
    {
        int perUnit = Gates.Count * slots.Length;
        int unitLength = step.Gates * Width;
        long first = address.Offset + ((long)step.Layout.HeadRows * Width);
        if (step.Hidden * perUnit <= Math.Max(tier.StraightMultiplyAdds, perUnit))
        {
            EmitUnits(step.Hidden, State!, "0", address.Weights, first, splits);
            return;
        }

        int unrolled = Unrolled(perUnit);
        int looped = step.Hidden / unrolled * unrolled;
        writer.Line($"ref float k = ref {Address.At(address.Weights, first)};");
        using (writer.StridedLoop("j", "0", Literal.Int(looped), unrolled))
        {
            EmitUnits(unrolled, State!, "j", "k", 0, splits);
            writer.Line(Address.Advance("k", unrolled * unitLength));
        }

        if (looped < step.Hidden)
        {
            using (writer.Names())
            {
                EmitUnits(step.Hidden - looped, State!, Literal.Int(looped), "k", 0, splits);
            }
        }
    }

    /// <summary>The units of a round: as many as the tier allows, and, where that leaves no rest, somewhat less.</summary>
    private int Unrolled(int perUnit)
    {
        int most = Math.Max(1, Math.Min(step.Hidden, tier.UnrolledMultiplyAdds / perUnit));
        for (int units = most; units > most / 2; units--)
        {
            if (step.Hidden % units == 0)
            {
                return units;
            }
        }

        return most;
    }

    /// <summary>Some units' products, written out.</summary>
    private void EmitUnits(int units, string state, string firstUnit, string reference, long offset, int splits)
    {
        int widest = slots.Max(s => s.Width);
        for (int unit = 0; unit < units; unit++)
        {
            string broadcast = Simd.Broadcast(widest, Address.At(state, Address.Plus(firstUnit, unit)));
            writer.Line($"{(unit == 0 ? Simd.Type(widest) + " " : "")}d = {broadcast};");
            foreach (int gate in Gates)
            {
                for (int v = 0; v < slots.Length; v++)
                {
                    string weights = Weights(reference, offset, (step.Gates * unit) + gate, v);
                    Simd.Accumulate(writer, Sum(gate, v, unit % splits), Simd.Narrow("d", widest, slots[v].Width), weights);
                }
            }
        }
    }
}
