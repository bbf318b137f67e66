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

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A headless Chromium. Fails where there is none and {@code CI} is {@code true}; skips
 * the test elsewhere.
 */
final class Browser implements AutoCloseable {

	private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

	private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

	private static final Path SCREENSHOTS = Path.of("target", "screenshots");

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/**
	 * It warns that it does not know so new a browser's own protocol, which is not used.
	 */
	private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

	private final ChromeDriver driver;

	private Browser(ChromeDriver driver) {
		this.driver = driver;
	}

	static Browser start(Path profile) {
		if (!Files.isExecutable(CHROMIUM) || !Files.isExecutable(DRIVER)) {
			return skip("chromium and chromedriver are not in /usr/bin");
		}
		SELENIUM.setLevel(Level.SEVERE);
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(LogType.BROWSER, Level.ALL);
		ChromeOptions options = new ChromeOptions();
		options.setBinary(CHROMIUM.toFile());
		options.setCapability("goog:loggingPrefs", logs);
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-dev-shm-usage", "--hide-scrollbars", "--lang=en", "--user-data-dir=" + profile);
		ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
		ChromeDriver driver = new ChromeDriver(service, options);
		return new Browser(driver);
	}

	/**
	 * Skip the tests. The report of a class that is skipped as a whole doesn't say so:
	 * {@code .ci/Skipped.java} reads the file.
	 */
	private static <T> T skip(String reason) {
		if ("true".equals(System.getenv("CI"))) {
			throw new IllegalStateException(reason);
		}
		try {
			Files.writeString(Path.of("target", "skipped.txt"), reason + "\n", StandardOpenOption.CREATE,
					StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return Assumptions.abort(reason);
	}

	void open(String address) {
		this.driver.get(address);
	}

	String handle() {
		return this.driver.getWindowHandle();
	}

	/**
	 * Waits for another window than the first to open, and goes there.
	 */
	String otherThan(String handle) {
		String other = await(() -> this.driver.getWindowHandles()
			.stream()
			.filter((candidate) -> !candidate.equals(handle))
			.findFirst()
			.orElse(null));
		switchTo(other);
		return other;
	}

	void switchTo(String handle) {
		this.driver.switchTo().window(handle);
	}

	/**
	 * Shows the page as on a screen of a width, in light or dark.
	 */
	void appear(int width, String scheme) {
		appear(width, (width < 600) ? 740 : 1080, scheme);
	}

	void appear(int width, int height, String scheme) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme),
						Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
	}

	/**
	 * Keeps a picture of the visible part of the page.
	 */
	void screenshot(String name) {
		try {
			Files.createDirectories(SCREENSHOTS);
			Object data = this.driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png")).get("data");
			Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode(String.valueOf(data)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Keeps a picture of all of the page.
	 */
	void fullScreenshot(String name, int width) {
		Object height = script("return Math.ceil(document.documentElement.scrollHeight)");
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
		screenshot(name);
	}

	WebElement find(String css) {
		return await(() -> {
			try {
				WebElement element = this.driver.findElement(By.cssSelector(css));
				return element.isDisplayed() ? element : null;
			}
			catch (NoSuchElementException ex) {
				return null;
			}
		});
	}

	List<String> texts(String css) {
		return this.driver.findElements(By.cssSelector(css))
			.stream()
			.map((element) -> element.getText().replaceAll("\\s+", " "))
			.toList();
	}

	void click(String css) {
		find(css).click();
	}

	/**
	 * Waits until an element has a text in it.
	 */
	void awaitText(String css, String text) {
		await(() -> texts(css).stream().anyMatch((candidate) -> candidate.contains(text)) ? true : null,
				() -> css + " has no '" + text + "' but " + texts(css));
	}

	Object script(String script, Object... arguments) {
		return this.driver.executeScript(script, arguments);
	}

	<T> T await(Supplier<T> condition) {
		return await(condition, () -> "waited in vain at " + this.driver.getCurrentUrl());
	}

	private <T> T await(Supplier<T> condition, Supplier<String> otherwise) {
		return new WebDriverWait(this.driver, PATIENCE, Duration.ofMillis(50))
			.ignoring(StaleElementReferenceException.class)
			.withMessage(otherwise)
			.until((driver) -> condition.get());
	}

	/**
	 * Returns what axe-core finds that is serious or critical, a line each.
	 */
	List<String> accessibilityProblems() {
		if (Boolean.FALSE.equals(script("return 'axe' in window"))) {
			script(axe());
		}
		Object violations = this.driver.executeAsyncScript("""
				const done = arguments[arguments.length - 1];
				axe.run().then((results) => done(results.violations.map((violation) => [violation.impact,
					violation.id + ": " + violation.help + ": "
					+ violation.nodes.map((node) => node.target.join(" ") + " " + node.failureSummary).join(" | ")])),
					(error) => done([["critical", String(error)]]));
				""");
		List<String> serious = new ArrayList<>();
		for (Object violation : (List<?>) violations) {
			List<?> parts = (List<?>) violation;
			if (List.of("serious", "critical").contains(parts.get(0))) {
				serious.add(String.valueOf(parts.get(1)));
			}
		}
		return serious;
	}

	/**
	 * Returns whether something is wider than the page.
	 */
	boolean scrollsSideways() {
		return (Boolean) script("return document.documentElement.scrollWidth > document.documentElement.clientWidth");
	}

	/**
	 * Returns what the browser wrote to its console since it was last asked: errors and
	 * warnings.
	 */
	List<String> complaints() {
		return this.driver.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.filter((entry) -> entry.getLevel().intValue() >= Level.WARNING.intValue())
			.map(LogEntry::getMessage)
			.toList();
	}

	/**
	 * Returns the hosts that the page had something from.
	 */
	List<?> resources() {
		return (List<?>) script(
				"return performance.getEntriesByType('resource').map((entry) => new URL(entry.name).host)");
	}

	@Override
	public void close() {
		this.driver.quit();
	}

	private static String axe() {
		try (InputStream script = Browser.class.getClassLoader().getResourceAsStream("axe.min.js")) {
			return new String(script.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
