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

package dev.lumoauth.demo.start;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link McpServerLog}.
 */
class McpServerLogTests {

	private final McpServerLog log = new McpServerLog();

	@Test
	void readsTheCallsInTheirOrder() {
		this.log.take("10:00:00.000 tool=queryFinancials sub=usr_alice act=agt_2,agt_1 aud=urn:x,https://x.example "
				+ "client=agt_2 scope=mcp:financial,mcp:read");
		this.log
			.take("10:00:01.000 Refused: the MCP session of another, asked for by sub=a act=- aud=b client=- scope=-");
		this.log.take("10:00:02.000 tool=other sub=agt_1 act=- aud=urn:x client=agt_1 scope=-");
		assertThat(this.log.next(Duration.ZERO))
			.hasValue(new McpServerLog.Call("queryFinancials", "usr_alice", "agt_2,agt_1", "mcp:financial,mcp:read"));
		assertThat(this.log.next(Duration.ZERO)).hasValue(new McpServerLog.Call("other", "agt_1", "-", "-"));
		assertThat(this.log.next(Duration.ZERO)).isEmpty();
	}

	@Test
	void forgetsTheOldestThatNobodyReads() {
		for (int i = 0; i < 101; i++) {
			this.log.take("tool=t" + i + " sub=a act=- aud=b client=c scope=d");
		}
		assertThat(this.log.next(Duration.ZERO)).map(McpServerLog.Call::tool).hasValue("t1");
	}

}
