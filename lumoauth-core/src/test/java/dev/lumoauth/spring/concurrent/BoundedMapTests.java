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

package dev.lumoauth.spring.concurrent;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BoundedMap}.
 */
class BoundedMapTests {

	/**
	 * Such as a pause after a denial, which would be over otherwise.
	 */
	@Test
	void keepsWhatIsInUse() {
		Map<String, Integer> map = new BoundedMap<>(2);
		map.put("pause", 1);
		for (int other = 0; other < 10; other++) {
			map.put("other " + other, other);
			assertThat(map.computeIfAbsent("pause", (lost) -> 0)).isEqualTo(1);
		}
		assertThat(map).containsOnlyKeys("pause", "other 9");
	}

}
