using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;
using Xunit;

namespace NetGen.Generator.Tests.Planning;

/// <summary>Where activations lie in the workspace.</summary>
public sealed class WorkspaceAllocatorTests
{
    [Fact]
    public void BuffersOfOneTimeNeverOverlap()
    {
        var random = new Random(1);
        for (int round = 0; round < 300; round++)
        {
            WorkspaceBuffer[] buffers = [.. Enumerable.Range(0, random.Next(1, 24)).Select(_ =>
            {
                int first = random.Next(20);
                return Buffer(random.Next(1, 1 << random.Next(5, 21)), first, first + random.Next(8));
            })];
            (IReadOnlyList<WorkspaceBuffer> placed, int length) = Place(buffers);
            for (int i = 0; i < placed.Count; i++)
            {
                WorkspaceBuffer a = placed[i];
                Assert.Equal(0, a.Offset % 16);
                Assert.InRange(a.Offset, 0, length - a.Length);
                Assert.DoesNotContain(placed.Skip(i + 1), b =>
                    a.FirstStep <= b.LastStep && b.FirstStep <= a.LastStep && a.Offset < b.Offset + b.Length && b.Offset < a.Offset + a.Length);
            }
        }
    }

    [Fact]
    public void MapsOfDifferentTimesShareTheirMiddle()
    {
        (IReadOnlyList<WorkspaceBuffer> placed, int length) = Place(Buffer(1 << 20, 0, 1), Buffer(1 << 18, 1, 2), Buffer(1 << 19, 2, 3), Buffer(1 << 16, 3, 4));
        Assert.Equal(placed[0].Offset + (placed[0].Length / 2), placed[2].Offset + (placed[2].Length / 2));
        Assert.Equal(placed[1].Offset + (placed[1].Length / 2), placed[3].Offset + (placed[3].Length / 2));
        Assert.InRange(length, 1, (1 << 20) + (1 << 18) + 16);
    }

    private static (IReadOnlyList<WorkspaceBuffer> Buffers, int Length) Place(params WorkspaceBuffer[] buffers)
    {
        (EquatableArray<WorkspaceBuffer> placed, int length) = WorkspaceAllocator.Place(buffers, PlanSizes.Default);
        return ([.. placed], length);
    }

    private static WorkspaceBuffer Buffer(int length, int first, int last) => new(0, length, first, last, ClearsBorder: false, null, default, "test");
}
