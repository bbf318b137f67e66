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

package dev.lumoauth.spring.test;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.test.analyst.AnalystApplication;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.json.JsonTest;
import org.springframework.boot.test.json.JacksonTester;
import org.springframework.test.context.ContextConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a slice that has nothing to do with agents, with and without
 * {@link WithAgent}.
 */
@JsonTest
@ContextConfiguration(classes = AnalystApplication.class)
class JsonSliceTests {

	@Autowired
	private JacksonTester<Document> json;

	@Autowired
	private ObjectProvider<LumoAuthAgent> lumoAuth;

	@Autowired
	private ObjectProvider<TestAgent> agent;

	@Test
	void isAsEverWithoutTheAnnotation() throws Exception {
		assertThat(this.json.write(new Document("Q3"))).extractingJsonPathValue("title").isEqualTo("Q3");
		assertThat(this.lumoAuth.getIfAvailable()).isNull();
		assertThat(this.agent.stream()).isEmpty();
	}

	@Nested
	@WithAgent("read:documents")
	class WithAnAgent {

		@Test
		void worksToo(@Autowired LumoAuthAgent lumoAuth) throws Exception {
			assertThat(JsonSliceTests.this.json.write(new Document("Q3"))).extractingJsonPathValue("title")
				.isEqualTo("Q3");
			assertThat(lumoAuth.hasCapability("read:documents")).isTrue();
		}

	}

	record Document(String title) {

	}

}
