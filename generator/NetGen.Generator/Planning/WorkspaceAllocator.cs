using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Generator.Planning;

/// <summary>Places the buffers of a plan in one workspace; buffers whose lifetimes do not meet may share memory.</summary>
internal static class WorkspaceAllocator
{
    private const int Alignment = 16;

    /// <summary>The floats of a map that threads share.</summary>
    private const int LeastCentered = 16 * 1024;

    /// <summary>Up to this many floats of bordered maps get memory of their own, whose zeros then last for all calls.</summary>
    private const int OwnBorders = 16 * 1024;

    public static (EquatableArray<WorkspaceBuffer> Buffers, int Length) Place(IReadOnlyList<WorkspaceBuffer> buffers)
    {
        bool keepBorders = buffers.Where(b => b.Bordered is not null).Sum(b => (long)b.Length) <= OwnBorders;
        var placed = new List<int>();
        var offsets = new int[buffers.Count];
        long end = 0;

        // Largest first leaves the fewest gaps; the index breaks ties, so that the same plan always comes out.
        foreach (int i in Enumerable.Range(0, buffers.Count).OrderByDescending(i => buffers[i].Length).ThenBy(i => i))
        {
            long offset = Centered(i) ?? FirstFit(i);
            offsets[i] = checked((int)offset);
            placed.Add(i);
            end = Math.Max(end, offset + buffers[i].Length);
        }

        int length = 0;
        var result = new List<WorkspaceBuffer>();
        for (int i = 0; i < buffers.Count; i++)
        {
            bool shared = Enumerable.Range(0, buffers.Count).Any(
                o => o != i && offsets[o] < offsets[i] + buffers[i].Length && offsets[i] < offsets[o] + buffers[o].Length);
            result.Add(buffers[i] with { Offset = offsets[i], ClearsBorder = buffers[i].Bordered is not null && shared });
            length = Math.Max(length, checked((int)Align((long)offsets[i] + buffers[i].Length)));
        }

        // A kernel that reads some of a pixel's channels may load a vector that reaches beyond the last pixel.
        return (result.ToEquatableArray(), checked(length + Alignment));

        // Where the middle of a map lies at the middle of another, a thread that has the upper half of both finds its own memory again.
        long? Centered(int i)
        {
            int length = buffers[i].Length;
            if (length < LeastCentered)
            {
                return null;
            }

            int[] others = [.. placed.Where(p => Meet(buffers[i], buffers[p]))];
            foreach (int p in placed)
            {
                long offset = Align(offsets[p] + ((buffers[p].Length - length) / 2));
                if (offset + length <= end && others.All(o => offset + length <= offsets[o] || offset >= offsets[o] + (long)buffers[o].Length))
                {
                    return offset;
                }
            }

            return null;
        }

        long FirstFit(int i)
        {
            long offset = 0;
            foreach (int other in placed.Where(p => Meet(buffers[i], buffers[p])).OrderBy(p => offsets[p]))
            {
                if (offset + buffers[i].Length <= offsets[other])
                {
                    break;
                }

                offset = Math.Max(offset, Align((long)offsets[other] + buffers[other].Length));
            }

            return offset;
        }

        bool Meet(WorkspaceBuffer a, WorkspaceBuffer b) =>
            (keepBorders && (a.Bordered is not null || b.Bordered is not null))
            || (a.FirstStep <= b.LastStep && b.FirstStep <= a.LastStep);
    }

    private static long Align(long offset) => (offset + Alignment - 1) / Alignment * Alignment;
}
