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

package dev.lumoauth.mcpserver.security;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whose the MCP sessions are. Those longest unused are forgotten when there are too many;
 * their owners are told to begin anew.
 */
class McpSessions {

	private final Map<String, Caller> owners;

	McpSessions(int capacity) {
		this.owners = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
			@Override
			protected boolean removeEldestEntry(Map.Entry<String, Caller> eldest) {
				return size() > capacity;
			}
		});
	}

	void begin(String session, Caller owner) {
		this.owners.putIfAbsent(session, owner);
	}

	boolean isKnown(String session) {
		return this.owners.containsKey(session);
	}

	boolean belongsTo(String session, Caller caller) {
		Caller owner = this.owners.get(session);
		return owner != null && owner.isSameAs(caller);
	}

	void end(String session) {
		this.owners.remove(session);
	}

}
