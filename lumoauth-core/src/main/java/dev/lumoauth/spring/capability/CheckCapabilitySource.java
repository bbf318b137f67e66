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

package dev.lumoauth.spring.capability;

import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

import dev.lumoauth.spring.client.LumoAuthClient;

/**
 * Asks {@code authz/check} for one capability and {@code authz/check-bulk} for several.
 */
final class CheckCapabilitySource extends EachAnswerSource {

	private final Predicate<String> check;

	private final BiConsumer<Collection<String>, BiConsumer<String, Boolean>> checkBulk;

	CheckCapabilitySource(LumoAuthClient client) {
		this(client::check, client::checkBulk);
	}

	/**
	 * Create a source.
	 * @param check asks about one
	 * @param checkBulk asks about several, and hands over each answer
	 */
	CheckCapabilitySource(Predicate<String> check,
			BiConsumer<Collection<String>, BiConsumer<String, Boolean>> checkBulk) {
		this.check = check;
		this.checkBulk = checkBulk;
	}

	@Override
	public void ask(Collection<String> capabilities, BiConsumer<String, Boolean> answers) {
		if (capabilities.size() == 1) {
			String capability = capabilities.iterator().next();
			answers.accept(capability, this.check.test(capability));
		}
		else {
			this.checkBulk.accept(capabilities, answers);
		}
	}

}
