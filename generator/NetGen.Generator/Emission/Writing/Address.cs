using System.Globalization;
using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>References into memory, the offsets from them, and how they move on.</summary>
internal static class Address
{
    /// <summary>An element after a reference.</summary>
    public static string At(string reference, string offset) =>
        offset == "0" ? reference : $"Unsafe.Add(ref {reference}, {offset})";

    public static string At(string reference, long offset) => At(reference, Literal.Int(offset));

    /// <summary>A running offset plus a constant.</summary>
    public static string Plus(string offset, long constant) => constant == 0 ? offset
        : Number(offset) is long number ? Literal.Int(number + constant)
        : $"{offset} + {Literal.Int(constant)}";

    /// <summary>A sum of offsets.</summary>
    public static string Sum(params string[] terms)
    {
        string[] some = [.. terms.Where(t => t != "0")];
        return some.Length == 0 ? "0" : string.Join(" + ", some);
    }

    /// <summary>A number of strides.</summary>
    public static string Times(string count, long stride) => stride == 1 ? count
        : Number(count) is long number ? Literal.Int(number * stride)
        : $"{Factor(count)} * {Literal.Int(stride)}";

    /// <summary>An expression as a part of a product.</summary>
    public static string Factor(string value)
    {
        int depth = 0;
        foreach (char c in value)
        {
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            if (c == ' ' && depth == 0)
            {
                return $"({value})";
            }
        }

        return value;
    }

    /// <summary>Moves a reference on.</summary>
    public static string Advance(string reference, long distance) => Advance(reference, Literal.Int(distance));

    /// <summary>Moves a reference on by an expression.</summary>
    public static string Advance(string reference, string distance) =>
        $"{reference} = ref Unsafe.Add(ref {reference}, {distance});";

    /// <summary>The distance of a row from the first slot of the ring that it lies in.</summary>
    public static string InRing(string row, int rows, int rowStride) =>
        $"{Factor(row)} % {Literal.Int(rows)}{(rowStride == 1 ? "" : " * " + Literal.Int(rowStride))}";

    /// <summary>The offset of a channel within a pixel, whose first channel is an expression.</summary>
    public static string OfChannel(TensorView view, string channel) =>
        !view.IsQuantized || channel == "0" ? channel
        : Number(channel) is long number ? Literal.Int(number / 4)
        : $"{channel} / 4";

    /// <summary>Declares where a tile starts. The last one ends with the map, and may overlap the one before.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="variable">The first row or column, to be declared.</param>
    /// <param name="tile">The tile's number.</param>
    /// <param name="count">The tiles.</param>
    /// <param name="size">The rows or columns of a tile.</param>
    /// <param name="length">Those of the map.</param>
    public static void DeclareTileStart(CodeWriter writer, string variable, string tile, int count, int size, int length) =>
        writer.Line(length % size == 0
            ? $"nuint {variable} = {Times(tile, size)};"
            : $"nuint {variable} = {tile} < {Literal.Int(count - 1)} ? {Times(tile, size)} : {Literal.Int(length - size)};");

    private static long? Number(string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
