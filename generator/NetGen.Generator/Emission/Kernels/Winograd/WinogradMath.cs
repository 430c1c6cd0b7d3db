using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Vectors that lie a distance apart: a vector at one offset of each of some rows.</summary>
/// <param name="Reference">The reference to the first row.</param>
/// <param name="Offset">The offset in a row, an expression.</param>
/// <param name="Stride">The floats from a row to the next.</param>
internal readonly record struct VectorRows(string Reference, string Offset, int Stride)
{
    /// <summary>Loads the rows from a distance on into variables.</summary>
    public void Load(CodeWriter writer, int lanes, IEnumerable<string> names, int start)
    {
        foreach (string name in names)
        {
            writer.Line($"{Simd.Type(lanes)} {name} = {Simd.Load(lanes, Reference, Address.Plus(Offset, start))};");
            start += Stride;
        }
    }

    /// <summary>Stores a variable into a row.</summary>
    public void Store(CodeWriter writer, int lanes, string name, int row) =>
        Simd.Store(writer, name, lanes, lanes, Reference, Offset, row * Stride);
}

/// <summary>Writes Winograd's transforms in one dimension, of variables.</summary>
internal static class WinogradMath
{
    /// <summary>A transform's points, for people.</summary>
    public static string PointsOf(WinogradTransform transform) => "0, "
        + string.Join(", ", transform.Points.Select(p => "±" + (p == 0.5 ? "½" : p.ToString(CultureInfo.InvariantCulture)))) + " and infinity";

    /// <summary>The variables of a tile's column.</summary>
    public static string[] Column(string stem, int rows, int column) =>
        [.. Enumerable.Range(0, rows).Select(row => $"{stem}{Literal.Int(row)}_{Literal.Int(column)}")];

    /// <summary>The variables of a tile's row.</summary>
    public static string[] Row(string stem, int row, int columns) =>
        [.. Enumerable.Range(0, columns).Select(column => $"{stem}{Literal.Int(row)}_{Literal.Int(column)}")];

    /// <summary>Writes the transform of a vector of each row of a band.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="transform">The transform.</param>
    /// <param name="lanes">The vector's width.</param>
    /// <param name="x">The rows.</param>
    /// <param name="y">Takes a row for each point.</param>
    /// <param name="infinity">When there is a value at infinity, the last point, to which alone the last row belongs; null for always.</param>
    public static void EmitRows(
        CodeWriter writer, WinogradTransform transform, int lanes, VectorRows x, VectorRows y, string? infinity = null)
    {
        int last = transform.Size - 1;
        string[] rows = [.. Enumerable.Range(0, last + 1).Select(row => $"d{Literal.Int(row)}")];
        string[] results = [.. Enumerable.Range(0, last + 1).Select(row => $"v{Literal.Int(row)}")];
        x.Load(writer, lanes, rows.Take(last), 0);
        TransformAtPoints(writer, transform, lanes, rows, results);
        for (int point = 0; point < last; point++)
        {
            y.Store(writer, lanes, results[point], point);
        }

        using (writer.If(infinity))
        {
            x.Load(writer, lanes, [rows[last]], last * x.Stride);
            TransformAtInfinity(writer, transform, lanes, rows, results);
            y.Store(writer, lanes, results[last], last);
        }
    }

    /// <summary>One dimension of the input transform.</summary>
    public static void TransformInput(CodeWriter writer, WinogradTransform transform, int lanes, string[] d, string[] r)
    {
        TransformAtPoints(writer, transform, lanes, d, r);
        TransformAtInfinity(writer, transform, lanes, d, r);
    }

    /// <summary>
    /// The values at all points but infinity. That at zero is the product of all (x² − p²); those at ±p share the product of the others:
    /// its values E at even inputs and O at odd ones give E ± p · O.
    /// </summary>
    private static void TransformAtPoints(CodeWriter writer, WinogradTransform transform, int lanes, string[] d, string[] r)
    {
        string type = Simd.Type(lanes);
        Line(r[0], Sum(lanes, transform.EvenCoefficients(without: 0), i => d[2 * i]));
        int next = 1;
        foreach (double p in transform.Points)
        {
            double[] others = transform.EvenCoefficients(without: p);
            string even = r[next] + "e";
            string odd = r[next] + "o";
            Line(even, Sum(lanes, others, i => d[(2 * i) + 2]));
            Line(odd, Sum(lanes, others, i => d[(2 * i) + 1]));
            Line(r[next], p == 1 ? $"{even} + {odd}" : Simd.MultiplyAdd(odd, Constant(lanes, p), even));
            Line(r[next + 1], p == 1 ? $"{even} - {odd}" : Simd.MultiplyAdd(odd, Constant(lanes, -p), even));
            next += 2;
        }

        void Line(string name, string value) => writer.Line($"{type} {name} = {value};");
    }

    /// <summary>The value at infinity: x times the product of all (x² − p²).</summary>
    private static void TransformAtInfinity(CodeWriter writer, WinogradTransform transform, int lanes, string[] d, string[] r) => writer.Line(
        $"{Simd.Type(lanes)} {r[r.Length - 1]} = {Sum(lanes, transform.EvenCoefficients(without: 0), i => d[(2 * i) + 1])};");

    /// <summary>One dimension of the output transform: output i is the sum over points of pⁱ times its value, and the last has infinity's too.</summary>
    public static void TransformOutput(CodeWriter writer, WinogradTransform transform, int lanes, string[] m, string[] y)
    {
        string type = Simd.Type(lanes);
        string stem = m[0].Replace('m', 'p').Replace('u', 'q');
        for (int n = 1; n <= transform.Points.Length; n++)
        {
            Line($"{stem}s{Literal.Int(n)}", $"{m[(2 * n) - 1]} + {m[2 * n]}");
            if (y.Length > 1)
            {
                Line($"{stem}d{Literal.Int(n)}", $"{m[(2 * n) - 1]} - {m[2 * n]}");
            }
        }

        for (int i = 0; i < y.Length; i++)
        {
            int power = i;
            string kind = i % 2 == 0 ? "s" : "d";
            string sum = Sum(
                lanes,
                System.Array.ConvertAll(transform.Points, p => System.Math.Pow(p, power)),
                n => $"{stem}{kind}{Literal.Int(n + 1)}");
            sum = i == 0 ? $"{m[0]} + {sum}" : sum;
            Line(y[i], i == transform.Outputs - 1 ? $"{sum} + {m[m.Length - 1]}" : sum);
        }

        void Line(string name, string value) => writer.Line($"{type} {name} = {value};");
    }

    /// <summary>A sum of values times numbers that a float holds, one of which is 1.</summary>
    private static string Sum(int lanes, double[] coefficients, System.Func<int, string> value)
    {
        int first = System.Array.LastIndexOf(coefficients, 1.0);
        string sum = value(first);
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = i == first ? sum
                : coefficients[i] == 1 ? $"{sum} + {value(i)}"
                : coefficients[i] == -1 ? $"{sum} - {value(i)}"
                : Simd.MultiplyAdd(value(i), Constant(lanes, coefficients[i]), sum);
        }

        return sum;
    }

    private static string Constant(int lanes, double value) =>
        Simd.Broadcast(lanes, value.ToString(CultureInfo.InvariantCulture) + "f");
}
