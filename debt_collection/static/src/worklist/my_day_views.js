import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { CollectionDayCounter } from "./day_counter";

export class MyDayListRenderer extends ListRenderer {
    static template = "debt_collection.MyDayListRenderer";
    static components = { ...ListRenderer.components, CollectionDayCounter };
}

export class MyDayKanbanRenderer extends KanbanRenderer {
    static template = "debt_collection.MyDayKanbanRenderer";
    static components = { ...KanbanRenderer.components, CollectionDayCounter };
}

registry.category("views").add("collection_my_day_list", { ...listView, Renderer: MyDayListRenderer });
registry.category("views").add("collection_my_day_kanban", { ...kanbanView, Renderer: MyDayKanbanRenderer });
