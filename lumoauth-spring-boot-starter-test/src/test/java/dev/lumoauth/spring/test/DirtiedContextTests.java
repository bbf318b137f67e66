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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;
import org.springframework.test.annotation.DirtiesContext.MethodMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with {@link WithAgent} whose application context doesn't last. Each class has a
 * context that no other class uses, and its tests run one after the other.
 */
@Execution(ExecutionMode.SAME_THREAD)
class DirtiedContextTests {

	@Nested
	@SpringBootTest(classes = Application.class, properties = "dirty=before-each")
	@DirtiesContext(classMode = ClassMode.BEFORE_EACH_TEST_METHOD)
	class BeforeEachTest extends Questions {

	}

	@Nested
	@SpringBootTest(classes = Application.class, properties = "dirty=after-each")
	@DirtiesContext(classMode = ClassMode.AFTER_EACH_TEST_METHOD)
	class AfterEachTest extends Questions {

	}

	@Nested
	@SpringBootTest(classes = Application.class, properties = "dirty=before-one")
	class BeforeOneTest extends Questions {

		@Test
		@DirtiesContext(methodMode = MethodMode.BEFORE_METHOD)
		void isAnsweredInTheNewContext() {
			isAllowed();
		}

	}

	@WithAgent("read:documents")
	abstract static class Questions {

		@Autowired
		LumoAuthAgent lumoAuth;

		@Autowired
		TestAgent agent;

		@Test
		void isAllowed() {
			assertThat(this.lumoAuth.hasCapability("read:documents")).isTrue();
			assertThat(this.agent).wasAllowed("read:documents");
		}

		@Test
		@WithAgent
		void isDenied() {
			assertThat(this.lumoAuth.hasCapability("read:documents")).isFalse();
			assertThat(this.agent).wasDenied("read:documents");
		}

		@Test
		@WithUser("alice")
		void hasAUser() {
			assertThat(SecurityContextHolder.getContext().getAuthentication().getName()).isEqualTo("alice");
			assertThat(this.lumoAuth.hasCapability("read:documents")).isTrue();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
