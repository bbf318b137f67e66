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

package dev.lumoauth.spring.http;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class OriginLoopbackTests {

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "LOCALHOST", "127.0.0.1", "127.255.0.9", "[::1]", "::1" })
	void acceptsHostsThatNeverLeaveThisMachine(String host) {
		assertThat(Origin.isLoopback(host)).isTrue();
	}

	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = { "127.0.0.1.example.com", "localhost.example.com", "app.localhost", "localhost.", "127.1",
			"127.0.0.256", "128.0.0.1", "0.0.0.0", "10.127.0.1", "[::2]", "[::ffff:127.0.0.1]" })
	void refusesEveryOtherHost(String host) {
		assertThat(Origin.isLoopback(host)).isFalse();
	}

}
