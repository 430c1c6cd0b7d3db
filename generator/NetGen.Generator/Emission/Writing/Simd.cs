using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>A vector on its way to memory.</summary>
/// <param name="Value">A variable; any expression, where all lanes are stored.</param>
/// <param name="Lanes">Its width.</param>
/// <param name="Channels">The lanes to store; all, where the memory after them has room.</param>
internal readonly record struct StoredVector(string Value, int Lanes, int Channels);

/// <summary>Where a vector is stored.</summary>
/// <param name="Reference">A reference.</param>
/// <param name="Offset">The offset from it, an expression.</param>
/// <param name="Constant">A number to add to the offset.</param>
internal readonly record struct StoreTarget(string Reference, string Offset, long Constant = 0);

/// <summary>Vectors of floats: their types, and what is done with them.</summary>
internal static class Simd
{
    /// <summary>The vector class of a width in lanes, <c>Vector256</c>.</summary>
    public static string Vector(int lanes) => Tier.NameOf(lanes);

    /// <summary>The vector type of a width in lanes.</summary>
    public static string Type(int lanes) => Tier.NameOf(lanes) + "<float>";

    public static string Zero(int lanes) => Type(lanes) + ".Zero";

    /// <summary>A constant in every lane.</summary>
    public static string Broadcast(int lanes, string scalar) => $"{Vector(lanes)}.Create({scalar})";

    public static string Load(int lanes, string reference, string offset) => offset == "0"
        ? $"{Vector(lanes)}.LoadUnsafe(ref {reference})"
        : $"{Vector(lanes)}.LoadUnsafe(ref {reference}, {offset})";

    public static string Load(int lanes, string reference, long offset) => Load(lanes, reference, Literal.Int(offset));

    /// <summary>A vector whose first lanes are a value's, and the others a constant: a value that is used in the first lanes alone.</summary>
    /// <param name="lanes">The vector's width.</param>
    /// <param name="used">How many lanes are used.</param>
    /// <param name="value">The value.</param>
    /// <param name="otherwise">What stands in the other lanes, a vector.</param>
    public static string FirstLanes(int lanes, int used, string value, string otherwise) => used == lanes
        ? value
        : $"{Vector(lanes)}.ConditionalSelect({Vector(lanes)}.LessThan({Type(lanes)}.Indices, {Broadcast(lanes, Literal.Float(used))}), {value}, {otherwise})";

    /// <summary>left · right + addend, fused where the machine can.</summary>
    public static string MultiplyAdd(string left, string right, string addend) =>
        $"MultiplyAddEstimate({left}, {right}, {addend})";

    /// <summary>sum = left · right + sum. Kernels consist of such lines, which are therefore written without strings in between.</summary>
    public static void Accumulate(CodeWriter writer, string sum, string left, string right) =>
        writer.Line($"{sum} = MultiplyAddEstimate({left}, {right}, {sum});");

    /// <summary>The lower lanes of a wider vector.</summary>
    public static string Narrow(string vector, int from, int to)
    {
        for (; from > to; from /= 2)
        {
            vector += ".GetLower()";
        }

        return vector;
    }

    /// <summary>Loads a vector of a map's channels as floats, whatever the map holds.</summary>
    public static string Load(TensorView view, int lanes, string reference, string offset) => view.IsQuantized
        ? $"Quantized.Load{Literal.Int(lanes * 32)}(ref {reference}, {offset})"
        : Load(lanes, reference, offset);

    /// <summary>Stores a vector of a map's channels, which an epilogue has scaled where the map holds integers.</summary>
    public static void Store(CodeWriter writer, TensorView view, StoredVector vector, StoreTarget target)
    {
        if (!view.IsQuantized)
        {
            Store(writer, vector.Value, vector.Lanes, vector.Channels, target.Reference, target.Offset, target.Constant);
            return;
        }

        string words = $"Quantized.ToBytes({vector.Value}).AsSingle()";
        string at = Address.Plus(target.Offset, target.Constant);
        writer.Line(vector.Lanes == 4
            ? $"{Address.At(target.Reference, at)} = {words}.ToScalar();"
            : $"{words}{(vector.Lanes == 8 ? ".GetLower()" : "")}.StoreUnsafe(ref {target.Reference}{(at == "0" ? "" : ", " + at)});");
    }

    /// <summary>Stores a vector's first channels and touches nothing after them.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="value">A variable; any expression, where all lanes are stored.</param>
    /// <param name="lanes">Its width.</param>
    /// <param name="channels">The lanes to store; all, where the memory after has room.</param>
    /// <param name="target">The reference from which the offset counts.</param>
    /// <param name="offset">The offset from it.</param>
    public static void Store(CodeWriter writer, string value, int lanes, int channels, string target, string offset, long constant = 0)
    {
        if (channels == lanes)
        {
            string at = Address.Plus(offset, constant);
            writer.Line(at == "0" ? $"{value}.StoreUnsafe(ref {target});" : $"{value}.StoreUnsafe(ref {target}, {at});");
        }
        else if (lanes > 4)
        {
            int lower = System.Math.Min(channels, lanes / 2);
            Store(writer, value + ".GetLower()", lanes / 2, lower, target, offset, constant);
            if (channels > lower)
            {
                Store(writer, value + ".GetUpper()", lanes / 2, channels - lower, target, offset, constant + lower);
            }
        }
        else
        {
            for (int i = 0; i < channels; i++)
            {
                writer.Line($"{Address.At(target, Address.Plus(offset, constant + i))} = {value}.GetElement({Literal.Int(i)});");
            }
        }
    }
}
