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

import java.util.function.LongConsumer;

/**
 * Reports to LumoAuth how many tokens the agent's model calls have used, if that is
 * possible. LumoAuth has no API for this, but the dev server has one.
 */
public final class UsageReport {

	/**
	 * For a LumoAuth without an API for reports.
	 */
	static final UsageReport NONE = new UsageReport((tokens) -> {
	}, false);

	private final LongConsumer receiver;

	private final boolean told;

	private UsageReport(LongConsumer receiver, boolean told) {
		this.receiver = receiver;
		this.told = told;
	}

	static UsageReport to(LongConsumer receiver) {
		return new UsageReport(receiver, true);
	}

	/**
	 * Return whether LumoAuth's count contains the usage of this application's model
	 * calls.
	 * @return whether LumoAuth gets the reports
	 */
	public boolean isTold() {
		return this.told;
	}

	/**
	 * Report the usage to LumoAuth.
	 * @param tokens the tokens of model calls
	 */
	public void used(long tokens) {
		if (tokens > 0) {
			this.receiver.accept(tokens);
		}
	}

}
