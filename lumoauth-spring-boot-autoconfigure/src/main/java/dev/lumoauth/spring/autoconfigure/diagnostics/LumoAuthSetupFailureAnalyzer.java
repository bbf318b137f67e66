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

package dev.lumoauth.spring.autoconfigure.diagnostics;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.autoconfigure.config.Activation;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains which annotation can't be enforced, and how to write it.
 */
final class LumoAuthSetupFailureAnalyzer extends AbstractFailureAnalyzer<LumoAuthSetupException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, LumoAuthSetupException cause) {
		boolean notConfigured = cause.getAction().startsWith(Activation.IDLE.action());
		return new FailureAnalysis(cause.getDescription(), action(cause) + (notConfigured ? TestKitHint.text() : ""),
				cause);
	}

	/**
	 * Names the dependency of an annotation whose module is missing.
	 */
	private static String action(LumoAuthSetupException cause) {
		return FeatureModule.missing(null)
			.stream()
			.filter((feature) -> feature.hasAnnotationIn(cause.getDescription()))
			.findFirst()
			.map((feature) -> feature.toAdd() + " or remove the annotation.")
			.orElse(cause.getAction());
	}

}
