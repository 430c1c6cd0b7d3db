using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NetGen.Benchmarks;

/// <summary>Measures what one core can do at best, for results that are shares of it.</summary>
internal static class Peak
{
    private const int Rounds = 200_000;

    /// <summary>Multiply-adds in units of 10⁹ a second: twelve independent chains of the widest vectors.</summary>
    public static double MultiplyAdds()
    {
        double best = 0;
        for (int i = 0; i < 40; i++)
        {
            long start = Stopwatch.GetTimestamp();
            int lanes = Vector512.IsHardwareAccelerated ? Run512() : Run256();
            best = Math.Max(best, 12.0 * lanes * Rounds / Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        return best;
    }

    /// <summary>Reading from memory, in units of 10⁹ bytes a second: eight streams through far more than any cache holds.</summary>
    public static double Bandwidth()
    {
        const int length = 1 << 26;
        float[] values = GC.AllocateUninitializedArray<float>(length);
        Array.Fill(values, 1f);
        double best = 0;
        for (int i = 0; i < 8; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Keep(Sum(values, length / 8));
            best = Math.Max(best, (double)sizeof(float) * length / Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum(float[] values, int stream)
    {
        ref float first = ref MemoryMarshal.GetArrayDataReference(values);
        Vector256<float> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        for (nuint n = 0; n < (nuint)stream; n += 8)
        {
            a += Vector256.LoadUnsafe(ref first, n);
            b += Vector256.LoadUnsafe(ref first, n + (nuint)stream);
            c += Vector256.LoadUnsafe(ref first, n + (2 * (nuint)stream));
            d += Vector256.LoadUnsafe(ref first, n + (3 * (nuint)stream));
            e += Vector256.LoadUnsafe(ref first, n + (4 * (nuint)stream));
            f += Vector256.LoadUnsafe(ref first, n + (5 * (nuint)stream));
            g += Vector256.LoadUnsafe(ref first, n + (6 * (nuint)stream));
            h += Vector256.LoadUnsafe(ref first, n + (7 * (nuint)stream));
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Run512()
    {
        Vector512<float> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        var x = Vector512.Create(0.5f);
        for (int n = 0; n < Rounds; n++)
        {
            a = Vector512.MultiplyAddEstimate(x, x, a);
            b = Vector512.MultiplyAddEstimate(x, x, b);
            c = Vector512.MultiplyAddEstimate(x, x, c);
            d = Vector512.MultiplyAddEstimate(x, x, d);
            e = Vector512.MultiplyAddEstimate(x, x, e);
            f = Vector512.MultiplyAddEstimate(x, x, f);
            g = Vector512.MultiplyAddEstimate(x, x, g);
            h = Vector512.MultiplyAddEstimate(x, x, h);
            i = Vector512.MultiplyAddEstimate(x, x, i);
            j = Vector512.MultiplyAddEstimate(x, x, j);
            k = Vector512.MultiplyAddEstimate(x, x, k);
            l = Vector512.MultiplyAddEstimate(x, x, l);
        }

        Keep((a + b + c + d + e + f + g + h + i + j + k + l)[0]);
        return 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Run256()
    {
        Vector256<float> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        var x = Vector256.Create(0.5f);
        for (int n = 0; n < Rounds; n++)
        {
            a = Vector256.MultiplyAddEstimate(x, x, a);
            b = Vector256.MultiplyAddEstimate(x, x, b);
            c = Vector256.MultiplyAddEstimate(x, x, c);
            d = Vector256.MultiplyAddEstimate(x, x, d);
            e = Vector256.MultiplyAddEstimate(x, x, e);
            f = Vector256.MultiplyAddEstimate(x, x, f);
            g = Vector256.MultiplyAddEstimate(x, x, g);
            h = Vector256.MultiplyAddEstimate(x, x, h);
            i = Vector256.MultiplyAddEstimate(x, x, i);
            j = Vector256.MultiplyAddEstimate(x, x, j);
            k = Vector256.MultiplyAddEstimate(x, x, k);
            l = Vector256.MultiplyAddEstimate(x, x, l);
        }

        Keep((a + b + c + d + e + f + g + h + i + j + k + l)[0]);
        return 8;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(float value) => _ = value;
}
