using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Shared;

namespace NetGen.Generator.Planning;

/// <summary>Places the buffers of a plan in one workspace; buffers whose lifetimes do not overlap may share memory.</summary>
internal static class WorkspaceAllocator
{
    private const int Alignment = VectorLimits.CacheLine;

    public static (EquatableArray<WorkspaceBuffer> Buffers, int Length) Place(IReadOnlyList<WorkspaceBuffer> buffers, PlanSizes sizes)
    {
        bool keepBorders = buffers.Where(b => b.Bordered is not null).Sum(b => (long)b.Length) <= sizes.OwnBorders;
        var placed = new List<int>();
        var offsets = new int[buffers.Count];
        long end = 0;

        // Largest first leaves the fewest gaps; the index breaks ties, so that the same plan always comes out.
        foreach (int i in Enumerable.Range(0, buffers.Count).OrderByDescending(i => buffers[i].Length).ThenBy(i => i))
        {
            int[] others = [.. placed.Where(p => Meet(buffers[i], buffers[p])).OrderBy(p => offsets[p])];
            long offset = Centered(buffers[i].Length, others) ?? FirstFit(buffers[i].Length, others);
            offsets[i] = checked((int)offset);
            placed.Add(i);
            end = Math.Max(end, offset + buffers[i].Length);
        }

        var result = new List<WorkspaceBuffer>();
        for (int i = 0; i < buffers.Count; i++)
        {
            bool shared = placed.Any(o => o != i && Overlaps(offsets[i], buffers[i].Length, o));
            result.Add(buffers[i] with { Offset = offsets[i], ClearsBorder = buffers[i].Bordered is not null && shared });
        }

        // A kernel that reads some of a pixel's channels may load a vector that reaches beyond the last pixel.
        return (result.ToEquatableArray(), checked((int)Align(end) + Alignment));

        // Where the middle of a map lies at the middle of another, a thread that has the upper half of both finds its own memory again.
        long? Centered(int length, int[] others)
        {
            if (length < sizes.CenteredBuffer)
            {
                return null;
            }

            foreach (int p in placed)
            {
                long offset = Align(offsets[p] + ((buffers[p].Length - length) / 2));
                if (offset + length <= end && !others.Any(o => Overlaps(offset, length, o)))
                {
                    return offset;
                }
            }

            return null;
        }

        long FirstFit(int length, int[] others)
        {
            long offset = 0;
            foreach (int other in others)
            {
                if (offset + length <= offsets[other])
                {
                    break;
                }

                offset = Math.Max(offset, Align((long)offsets[other] + buffers[other].Length));
            }

            return offset;
        }

        bool Overlaps(long offset, int length, int other) =>
            offset < offsets[other] + (long)buffers[other].Length && offsets[other] < offset + length;

        bool Meet(WorkspaceBuffer a, WorkspaceBuffer b) =>
            (keepBorders && (a.Bordered is not null || b.Bordered is not null))
            || (a.FirstStep <= b.LastStep && b.FirstStep <= a.LastStep);
    }

    private static long Align(long offset) => (offset + Alignment - 1) / Alignment * Alignment;
}
