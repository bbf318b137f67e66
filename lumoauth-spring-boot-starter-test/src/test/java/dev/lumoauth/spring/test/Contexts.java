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

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application contexts that tests with the same configuration had.
 */
final class Contexts {

	private static final Set<ApplicationContext> SEEN = ConcurrentHashMap.newKeySet();

	private Contexts() {
	}

	/**
	 * Remember a context, and verify that it is the only one.
	 */
	static void remember(ApplicationContext context) {
		SEEN.add(context);
		assertThat(SEEN).containsExactly(context);
	}

}
