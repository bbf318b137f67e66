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

package dev.lumoauth.spring.mcp.server;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.tool.ServedTools;
import dev.lumoauth.spring.tool.ToolGuard;
import dev.lumoauth.spring.user.Caller;
import io.modelcontextprotocol.spec.McpSchema;
import org.jspecify.annotations.Nullable;

/**
 * Finds the scopes that the caller's token lacks for a call of a tool. It reads the body
 * of the request, which is untrusted: a request with an unreadable body continues, and
 * the decision at the call counts.
 */
record MissingScopes(@Nullable Supplier<ToolGuard> guard) {

	/**
	 * Return the missing capabilities. May wait for LumoAuth.
	 * @param caller the caller
	 * @param body the body of the request
	 * @return the capabilities that the tool needs, if the caller lacks one that the
	 * token does not name as a scope; empty if the request continues
	 */
	Set<String> of(CallerAuthenticationToken caller, byte[] body) {
		String tool = (this.guard != null) ? tool(body) : null;
		if (this.guard == null || tool == null) {
			return Set.of();
		}
		ToolGuard decides = this.guard.get();
		Set<String> missing = new LinkedHashSet<>(Caller.of(caller).call(() -> ServedTools.missingFor(decides, tool)));
		missing.removeAll(caller.getCaller().scopes());
		return missing;
	}

	private static @Nullable String tool(byte[] body) {
		try {
			Map<String, Object> request = LumoAuthJson.read(body);
			return (McpSchema.METHOD_TOOLS_CALL.equals(request.get("method"))
					&& request.get("params") instanceof Map<?, ?> parameters
					&& parameters.get("name") instanceof String name) ? name : null;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

}
