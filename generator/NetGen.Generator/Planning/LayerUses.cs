using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>Which layers consume which results.</summary>
internal sealed class LayerUses
{
    /// <summary>The consumers of the network's input, and then of each layer.</summary>
    private readonly List<int>[] consumers;

    private LayerUses(List<int>[] consumers) => this.consumers = consumers;

    /// <summary>Finds the consumers of every result.</summary>
    public static LayerUses Of(Graph graph)
    {
        List<int>[] consumers = [.. Enumerable.Range(0, graph.Layers.Count + 1).Select(_ => new List<int>())];
        for (int layer = 0; layer < graph.Layers.Count; layer++)
        {
            foreach (int source in graph.Layers[layer].Sources)
            {
                if (!consumers[source + 1].Contains(layer))
                {
                    consumers[source + 1].Add(layer);
                }
            }
        }

        return new LayerUses(consumers);
    }

    /// <summary>The layers that consume a result, each once, in the graph's order; −1 is the network's input.</summary>
    public IReadOnlyList<int> ConsumersOf(int layer) => consumers[layer + 1];
}
