using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <summary>Turns the caller's NCHW order into the kernels' and back. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Layout
{
    /// <summary>The floats of a cache line.</summary>
    private const int LineFloats = 16;

    /// <summary>Has a cache line brought near while something else is computed; where the machine cannot, nothing happens.</summary>
    /// <param name="value">A value of the line; it need not exist.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(ref float value)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref value));
        }
    }

    /// <summary>Transposes a matrix: <c>y[column · yStride + row] = x[row · xStride + column]</c>.</summary>
    /// <param name="x">The matrix.</param>
    /// <param name="y">Takes its transpose.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="xStride">The floats from a row to the next.</param>
    /// <param name="yStride">The floats from a row of the transpose to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(ref float x, ref float y, nuint rows, nuint columns, nuint xStride, nuint yStride)
    {
        nuint block = Avx.IsSupported ? 8u : Sse.IsSupported || AdvSimd.Arm64.IsSupported ? 4u : 1u;
        nuint row = 0;
        for (; block > 1 && row + LineFloats <= rows; row += LineFloats)
        {
            TransposeRows(ref Unsafe.Add(ref x, row * xStride), ref Unsafe.Add(ref y, row), LineFloats, columns, xStride, yStride, block);
        }

        for (; block > 1 && row + block <= rows; row += block)
        {
            TransposeRows(ref Unsafe.Add(ref x, row * xStride), ref Unsafe.Add(ref y, row), block, columns, xStride, yStride, block);
        }

        TransposeOneByOne(ref Unsafe.Add(ref x, row * xStride), ref Unsafe.Add(ref y, row), rows - row, columns, xStride, yStride);
    }

    /// <summary>
    /// Some rows, square by square, and all squares that share columns one after the other: the lines of the transpose, which may lie in
    /// few sets of the cache, are then written whole.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeRows(ref float x, ref float y, nuint rows, nuint columns, nuint xStride, nuint yStride, nuint block)
    {
        nuint column = 0;
        for (; column + block <= columns; column += block)
        {
            for (nuint row = 0; row < rows; row += block)
            {
                ref float from = ref Unsafe.Add(ref x, (row * xStride) + column);
                ref float to = ref Unsafe.Add(ref y, (column * yStride) + row);
                if (Avx.IsSupported)
                {
                    Transpose8x8(ref from, ref to, xStride, yStride);
                }
                else
                {
                    Transpose4x4(ref from, ref to, xStride, yStride);
                }
            }
        }

        TransposeOneByOne(ref Unsafe.Add(ref x, column), ref Unsafe.Add(ref y, column * yStride), rows, columns - column, xStride, yStride);
    }

    /// <summary>Copies values that lie some distance apart: <c>y[i] = x[i · stride]</c>.</summary>
    /// <param name="x">The first value.</param>
    /// <param name="y">Takes the values one after the other.</param>
    /// <param name="count">The number of values.</param>
    /// <param name="stride">The floats from a value to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(ref float x, ref float y, nuint count, nuint stride)
    {
        nuint i = 0;
        if (stride == 2 && (Sse.IsSupported || AdvSimd.Arm64.IsSupported))
        {
            // The second vector ends one float after the fourth value.
            for (; i + 4 < count; i += 4)
            {
                Even(Vector128.LoadUnsafe(ref x, 2 * i), Vector128.LoadUnsafe(ref x, (2 * i) + 4)).StoreUnsafe(ref y, i);
            }
        }

        for (; i < count; i++)
        {
            Unsafe.Add(ref y, i) = Unsafe.Add(ref x, i * stride);
        }
    }

    /// <summary>The larger of each pair of neighbours.</summary>
    /// <param name="values">Eight pairs.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MaxOfPairs(Vector512<float> values)
    {
        Vector512<float> sorted = Vector512.Shuffle(values, Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15));
        return Vector256.Max(sorted.GetLower(), sorted.GetUpper());
    }

    /// <summary>Stores eight pixels of four channels.</summary>
    /// <param name="c0">The first channel's values.</param>
    /// <param name="c1">The second's.</param>
    /// <param name="c2">The third's.</param>
    /// <param name="c3">The fourth's.</param>
    /// <param name="y">The first pixel.</param>
    /// <param name="stride">The floats from a pixel to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePixels(
        Vector256<float> c0, Vector256<float> c1, Vector256<float> c2, Vector256<float> c3, ref float y, nuint stride)
    {
        (Vector256<float> p0, Vector256<float> p1, Vector256<float> p2, Vector256<float> p3) = Transpose4(c0, c1, c2, c3);
        p0.GetLower().StoreUnsafe(ref y);
        p1.GetLower().StoreUnsafe(ref y, stride);
        p2.GetLower().StoreUnsafe(ref y, 2 * stride);
        p3.GetLower().StoreUnsafe(ref y, 3 * stride);
        p0.GetUpper().StoreUnsafe(ref y, 4 * stride);
        p1.GetUpper().StoreUnsafe(ref y, 5 * stride);
        p2.GetUpper().StoreUnsafe(ref y, 6 * stride);
        p3.GetUpper().StoreUnsafe(ref y, 7 * stride);
    }

    /// <summary>Stores eight pixels of eight channels.</summary>
    /// <param name="c0">The first channel's values.</param>
    /// <param name="c1">The second's.</param>
    /// <param name="c2">The third's.</param>
    /// <param name="c3">The fourth's.</param>
    /// <param name="c4">The fifth's.</param>
    /// <param name="c5">The sixth's.</param>
    /// <param name="c6">The seventh's.</param>
    /// <param name="c7">The eighth's.</param>
    /// <param name="y">The first pixel.</param>
    /// <param name="stride">The floats from a pixel to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePixels(
        Vector256<float> c0,
        Vector256<float> c1,
        Vector256<float> c2,
        Vector256<float> c3,
        Vector256<float> c4,
        Vector256<float> c5,
        Vector256<float> c6,
        Vector256<float> c7,
        ref float y,
        nuint stride)
    {
        (Vector256<float> p0, Vector256<float> p1, Vector256<float> p2, Vector256<float> p3) = Transpose4(c0, c1, c2, c3);
        (Vector256<float> q0, Vector256<float> q1, Vector256<float> q2, Vector256<float> q3) = Transpose4(c4, c5, c6, c7);
        Vector256.Create(p0.GetLower(), q0.GetLower()).StoreUnsafe(ref y);
        Vector256.Create(p1.GetLower(), q1.GetLower()).StoreUnsafe(ref y, stride);
        Vector256.Create(p2.GetLower(), q2.GetLower()).StoreUnsafe(ref y, 2 * stride);
        Vector256.Create(p3.GetLower(), q3.GetLower()).StoreUnsafe(ref y, 3 * stride);
        Vector256.Create(p0.GetUpper(), q0.GetUpper()).StoreUnsafe(ref y, 4 * stride);
        Vector256.Create(p1.GetUpper(), q1.GetUpper()).StoreUnsafe(ref y, 5 * stride);
        Vector256.Create(p2.GetUpper(), q2.GetUpper()).StoreUnsafe(ref y, 6 * stride);
        Vector256.Create(p3.GetUpper(), q3.GetUpper()).StoreUnsafe(ref y, 7 * stride);
    }

    /// <summary>Transposes the halves of four rows: of the results, the lower halves are the first four columns, and the upper ones the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> C0, Vector256<float> C1, Vector256<float> C2, Vector256<float> C3) Transpose4(
        Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3)
    {
        if (!Avx.IsSupported)
        {
            return (Column(r0, r1, r2, r3, 0), Column(r0, r1, r2, r3, 1), Column(r0, r1, r2, r3, 2), Column(r0, r1, r2, r3, 3));
        }

        Vector256<double> low0 = Avx.UnpackLow(r0, r1).AsDouble();
        Vector256<double> high0 = Avx.UnpackHigh(r0, r1).AsDouble();
        Vector256<double> low1 = Avx.UnpackLow(r2, r3).AsDouble();
        Vector256<double> high1 = Avx.UnpackHigh(r2, r3).AsDouble();
        return (
            Avx.UnpackLow(low0, low1).AsSingle(),
            Avx.UnpackHigh(low0, low1).AsSingle(),
            Avx.UnpackLow(high0, high1).AsSingle(),
            Avx.UnpackHigh(high0, high1).AsSingle());
    }

    private static Vector256<float> Column(Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3, int c) => Vector256.Create(
        Vector128.Create(r0.GetElement(c), r1.GetElement(c), r2.GetElement(c), r3.GetElement(c)),
        Vector128.Create(r0.GetElement(c + 4), r1.GetElement(c + 4), r2.GetElement(c + 4), r3.GetElement(c + 4)));

    private static void TransposeOneByOne(ref float x, ref float y, nuint rows, nuint columns, nuint xStride, nuint yStride)
    {
        for (nuint column = 0; column < columns; column++)
        {
            for (nuint row = 0; row < rows; row++)
            {
                Unsafe.Add(ref y, (column * yStride) + row) = Unsafe.Add(ref x, (row * xStride) + column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8x8(ref float x, ref float y, nuint xStride, nuint yStride)
    {
        // Halves of rows four apart come together, so that the shuffles after it stay within 128 bits.
        Vector256<float> r0 = Halves(ref x, xStride, 0);
        Vector256<float> r1 = Halves(ref x, xStride, 1);
        Vector256<float> r2 = Halves(ref x, xStride, 2);
        Vector256<float> r3 = Halves(ref x, xStride, 3);
        Store4(r0, r1, r2, r3, ref y, yStride);

        ref float right = ref Unsafe.Add(ref x, 4);
        r0 = Halves(ref right, xStride, 0);
        r1 = Halves(ref right, xStride, 1);
        r2 = Halves(ref right, xStride, 2);
        r3 = Halves(ref right, xStride, 3);
        Store4(r0, r1, r2, r3, ref Unsafe.Add(ref y, 4 * yStride), yStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(ref float x, nuint stride, nuint row) => Vector256.Create(
        Vector128.LoadUnsafe(ref x, row * stride), Vector128.LoadUnsafe(ref x, (row + 4) * stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store4(
        Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3, ref float y, nuint stride)
    {
        (Vector256<float> c0, Vector256<float> c1, Vector256<float> c2, Vector256<float> c3) = Transpose4(r0, r1, r2, r3);
        c0.StoreUnsafe(ref y);
        c1.StoreUnsafe(ref y, stride);
        c2.StoreUnsafe(ref y, 2 * stride);
        c3.StoreUnsafe(ref y, 3 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x4(ref float x, ref float y, nuint xStride, nuint yStride)
    {
        Vector128<float> r0 = Vector128.LoadUnsafe(ref x);
        Vector128<float> r1 = Vector128.LoadUnsafe(ref x, xStride);
        Vector128<float> r2 = Vector128.LoadUnsafe(ref x, 2 * xStride);
        Vector128<float> r3 = Vector128.LoadUnsafe(ref x, 3 * xStride);
        Vector128<float> even0 = ZipLower(r0, r2);
        Vector128<float> even1 = ZipUpper(r0, r2);
        Vector128<float> odd0 = ZipLower(r1, r3);
        Vector128<float> odd1 = ZipUpper(r1, r3);
        ZipLower(even0, odd0).StoreUnsafe(ref y);
        ZipUpper(even0, odd0).StoreUnsafe(ref y, yStride);
        ZipLower(even1, odd1).StoreUnsafe(ref y, 2 * yStride);
        ZipUpper(even1, odd1).StoreUnsafe(ref y, 3 * yStride);
    }

    /// <summary>Every other value of two vectors, from the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Even(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Shuffle(a, b, 0b10_00_10_00) : AdvSimd.Arm64.UnzipEven(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLower(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipUpper(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}
