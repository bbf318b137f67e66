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

package dev.lumoauth.pin;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings of an agent's PINs.
 *
 * @since 0.1.0
 */
public class PinProperties {

	/**
	 * PINs by name.
	 */
	private Map<String, String> codes = new LinkedHashMap<>();

	/**
	 * How long a PIN counts that was entered.
	 */
	private Duration maxAge = Duration.ofMinutes(5);

	public Map<String, String> getCodes() {
		return this.codes;
	}

	public void setCodes(Map<String, String> codes) {
		this.codes = codes;
	}

	public Duration getMaxAge() {
		return this.maxAge;
	}

	public void setMaxAge(Duration maxAge) {
		this.maxAge = maxAge;
	}

}
