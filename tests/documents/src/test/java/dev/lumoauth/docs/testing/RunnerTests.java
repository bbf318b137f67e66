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

package dev.lumoauth.docs.testing;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.test.TestAgent;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class RunnerTests {

	@Test
	void startsWithAnAgent() {
		TestAgent agent = TestAgent.with("read:documents");
		new ApplicationContextRunner().withInitializer(agent).run((context) -> {
			assertThat(context.getBean(LumoAuthAgent.class).hasCapability("read:documents")).isTrue();
			assertThat(agent).wasAllowed("read:documents");
		});
	}

}
