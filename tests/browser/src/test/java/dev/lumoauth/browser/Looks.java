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

package dev.lumoauth.browser;

import org.assertj.core.api.SoftAssertions;

/**
 * Looks at a page on a phone in the dark and on a large screen in the light: keeps
 * pictures, and has axe-core look as well.
 */
final class Looks {

	static final int PHONE = 360;

	static final int SCREEN = 1920;

	private Looks() {
	}

	/**
	 * Checks that the page can be used on both.
	 * @param browser where the page is open
	 * @param name what the pictures are called
	 */
	static void check(Browser browser, String name) {
		SoftAssertions softly = new SoftAssertions();
		look(browser, PHONE, "dark", name, softly);
		look(browser, SCREEN, "light", name, softly);
		browser.appear(SCREEN, "light");
		softly.assertAll();
	}

	private static void look(Browser browser, int width, String scheme, String name, SoftAssertions softly) {
		browser.appear(width, scheme);
		String look = "%s-%d-%s".formatted(name, width, scheme);
		softly.assertThat(browser.scrollsSideways()).as(look + " scrolls sideways").isFalse();
		softly.assertThat(browser.accessibilityProblems()).as(look).isEmpty();
		browser.fullScreenshot(look, width);
	}

}
