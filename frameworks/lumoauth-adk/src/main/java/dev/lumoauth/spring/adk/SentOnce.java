/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.adk;

import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.adk.JsonBaseModel;
import com.google.adk.tools.mcp.AbstractMcpTool;
import com.google.adk.tools.mcp.McpTool;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema;
import io.reactivex.rxjava3.core.Single;

/**
 * Sends a call of an MCP tool once, and returns what ADK makes of the answer. ADK's own
 * tools send a call that failed up to three times more, though the server may have run
 * it, and whoever approved the call approved one.
 */
abstract class SentOnce extends AbstractMcpTool<McpSyncClient> {

	/**
	 * Not called: only a subclass may use what ADK makes of an answer.
	 */
	SentOnce(McpSchema.Tool tool, McpSyncClient client, ObjectMapper json) {
		super(tool, client, null, json);
	}

	/**
	 * Return the session of a tool, before anybody decides about a call.
	 * @throws RuntimeException if the tool would send a call again
	 */
	static McpSyncClient session(AbstractMcpTool<?> tool) {
		if (!(tool instanceof McpTool once)) {
			throw ToolCalls.notPermitted(tool, "its class would send an approved call again: use an McpToolset");
		}
		return once.getMcpSession();
	}

	static Single<Map<String, Object>> call(AbstractMcpTool<?> tool, Map<String, Object> arguments) {
		return Single.fromCallable(() -> wrapCallResult(JsonBaseModel.getMapper(), tool.name(),
				session(tool).callTool(new McpSchema.CallToolRequest(tool.name(), arguments))));
	}

}
