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

package dev.lumoauth.spring.token.cache;

import java.time.Duration;

import dev.lumoauth.spring.ManualClock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BoundedStore}.
 */
class BoundedStoreTests {

	private final ManualClock clock = new ManualClock();

	private final BoundedStore<String, String> store = new BoundedStore<>(3, this.clock);

	@Test
	void givesAnEntryUntilItsEnd() {
		this.store.put("a", "A", Duration.ofSeconds(10));
		this.clock.advance(Duration.ofMillis(9999));
		assertThat(this.store.get("a")).isEqualTo("A");
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.store.get("a")).isNull();
		assertThat(this.store.size()).isZero();
	}

	@Test
	void fullItDropsWhatHasEndedFirst() {
		this.store.put("long", "L", Duration.ofSeconds(100));
		this.store.put("short", "S", Duration.ofSeconds(1));
		this.store.put("other", "O", Duration.ofSeconds(50));
		this.clock.advance(Duration.ofSeconds(2));
		this.store.put("new", "N", Duration.ofSeconds(10));
		assertThat(this.store.size()).isEqualTo(3);
		assertThat(this.store.get("long")).isEqualTo("L");
		assertThat(this.store.get("other")).isEqualTo("O");
	}

	@Test
	void fullItDropsWhatEndsFirstButNotWhatIsNew() {
		this.store.put("a", "A", Duration.ofSeconds(100));
		this.store.put("b", "B", Duration.ofSeconds(20));
		this.store.put("c", "C", Duration.ofSeconds(50));
		this.store.put("new", "N", Duration.ofSeconds(10));
		assertThat(this.store.get("b")).isNull();
		assertThat(this.store.get("new")).isEqualTo("N");
		assertThat(this.store.size()).isEqualTo(3);
	}

	@Test
	void saysWhetherItWasThisCallThatRemoved() {
		this.store.put("a", "A", Duration.ofSeconds(10));
		assertThat(this.store.remove("a", "A")).isTrue();
		assertThat(this.store.remove("a", "A")).isFalse();
	}

	@Test
	void removesOnlyTheValueThatWasSeen() {
		this.store.put("a", "A", Duration.ofSeconds(10));
		this.store.put("a", "B", Duration.ofSeconds(10));
		assertThat(this.store.remove("a", "A")).isFalse();
		assertThat(this.store.get("a")).isEqualTo("B");
	}

	@Test
	void findsTheKeyOfAValue() {
		this.store.put("a", "A", Duration.ofSeconds(10));
		this.store.put("b", "B", Duration.ofSeconds(10));
		assertThat(this.store.find("B"::equals)).isEqualTo("b");
		assertThat(this.store.find("C"::equals)).isNull();
	}

	@Test
	void fullItMakesRoomForATenthAtOnce() {
		BoundedStore<Integer, Integer> large = new BoundedStore<>(1_000, this.clock);
		for (int i = 0; i <= 1_000; i++) {
			large.put(i, i, Duration.ofSeconds(1_000 + i));
		}
		assertThat(large.size()).isEqualTo(901);
		assertThat(large.get(99)).isNull();
		assertThat(large.get(100)).isEqualTo(100);
		assertThat(large.get(1_000)).isEqualTo(1_000);
	}

}
