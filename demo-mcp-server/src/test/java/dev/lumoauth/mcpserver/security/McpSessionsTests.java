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

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link McpSessions}.
 */
class McpSessionsTests {

	private static final Caller ONE = caller("one");

	private static final Caller OTHER = caller("other");

	private final McpSessions sessions = new McpSessions(2);

	@Test
	void forgetsTheLongestUnusedWhenThereAreTooMany() {
		this.sessions.begin("a", ONE);
		this.sessions.begin("b", ONE);
		assertThat(this.sessions.belongsTo("a", ONE)).isTrue();
		this.sessions.begin("c", ONE);
		assertThat(this.sessions.belongsTo("b", ONE)).isFalse();
		assertThat(this.sessions.belongsTo("a", ONE)).isTrue();
		assertThat(this.sessions.belongsTo("c", ONE)).isTrue();
	}

	@Test
	void neverChangesAnOwner() {
		this.sessions.begin("a", ONE);
		this.sessions.begin("a", OTHER);
		assertThat(this.sessions.belongsTo("a", ONE)).isTrue();
		assertThat(this.sessions.belongsTo("a", OTHER)).isFalse();
	}

	@Test
	void forgetsASessionThatEnded() {
		this.sessions.begin("a", ONE);
		this.sessions.end("a");
		assertThat(this.sessions.isKnown("a")).isFalse();
		assertThat(this.sessions.belongsTo("a", ONE)).isFalse();
	}

	private static Caller caller(String subject) {
		return new Caller("https://issuer.example", subject, List.of(), "client", List.of("aud"), Set.of());
	}

}
